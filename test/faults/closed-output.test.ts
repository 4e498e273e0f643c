// Whoever read the story goes away (`node app.js | head -1`): runs are not affected.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { lookAtJournal } from "../crash/journal-look.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";

const newFile = temporaryFiles("closed");
const PROGRAM = fileURLToPath(new URL("./closed-output-worker.ts", import.meta.url));
const RUNS = 30;

describe("standard output is closed", () => {
  it.each([
    ["before the first line", false],
    ["after the first lines", true],
  ])("%s: all runs complete, and the process leaves in good order", async (_when, isReadFirst) => {
    const path = newFile();
    const child = spawn(process.execPath, ["--no-warnings", PROGRAM, path, String(RUNS)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let complaints = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
    const end = once(child, "close");
    let read = "";
    if (isReadFirst) read = String((await once(child.stdout, "data"))[0]);
    child.stdout.destroy();
    const runsBefore = lookAtJournal(path).runs.length;
    expect(await end).toEqual([0, null]);

    expect(complaints).toBe("");
    expect(read !== "").toBe(isReadFirst);
    expect(runsBefore).toBeLessThan(RUNS);
    const { runs, steps } = lookAtJournal(path);
    expect(runs.map(({ status }) => status)).toEqual(Array.from({ length: RUNS }, () => "completed"));
    expect(steps.filter(({ state, attempts }) => state === "ended" && attempts === 1).length).toBe(RUNS * 20);
  });
});
