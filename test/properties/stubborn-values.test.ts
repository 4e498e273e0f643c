// No failure is ever lost, and no run ever stands still, because something could not be written down. Each case has a process of
// its own, so that one that does stand still is ended and seen.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { STUBBORN } from "./stubborn-values.ts";

const run = promisify(execFile);
const program = fileURLToPath(new URL("stubborn-values.ts", import.meta.url));
const LONGEST_MS = 15_000;

test.concurrent.each(Object.keys(STUBBORN))("the run goes on after %s", { timeout: 6 * LONGEST_MS }, async (name) => {
  const { stdout } = await run(process.execPath, [program, name], { timeout: LONGEST_MS, killSignal: "SIGKILL" });
  expect(JSON.parse(stdout)).toEqual({ seen: "UnexpectedError", after: "went on", calls: 1 });
});
