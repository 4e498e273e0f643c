// A file system of three megabytes is full while runs are at work: the real disk, the real file, and the thread that works on it.
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import type { TinyDiskReport } from "./tiny-disk-app.ts";

const app = `${import.meta.dirname}/tiny-disk-app.ts`;
const MOUNT = "mount -t tmpfs -o size=3m tmpfs /mnt";

/** In a namespace of its own: the file system is there for this command, and is gone with it. */
function onTinyDisk(command: string, ...args: readonly string[]) {
  return spawnSync("unshare", ["--map-root-user", "--mount", "sh", "-c", `${MOUNT} && ${command}`, "sh", ...args], {
    encoding: "utf8",
  });
}

const isPossible = process.platform === "linux" && onTinyDisk("true").status === 0;

// Skipped: where no file system can be mounted: not on Linux, or in a container that may not. full-disk.test.ts fills the file itself.
it.skipIf(!isPossible)("what finds no room is refused in words, and what was accepted comes to its end, once", () => {
  const { stdout, stderr } = onTinyDisk('exec "$@"', process.execPath, "--no-warnings", app, "/mnt");
  expect([stdout, stderr].join("\n")).toMatch(/^\{/);
  const { accepted, refusal, whileFull, inTheEnd, again } = JSON.parse(stdout) as TinyDiskReport;
  expect(refusal).toMatch(
    /^StoreUnavailableError: the store "\/mnt\/app\.db" .*database or disk is full\. Make room on the disk/,
  );
  expect(whileFull["running"]).toBeGreaterThan(0); // they wait for room
  expect(inTheEnd).toEqual({ completed: accepted });
  expect(again).toBe(0);
});
