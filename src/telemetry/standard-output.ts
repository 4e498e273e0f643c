// Lines to standard output, also when nobody reads it any more.
import { warnOnce } from "../core/warning.ts";

let isWatched = false;

/** Writes one line. */
export function writeLine(line: string): void {
  watch(process.stdout);
  process.stdout.write(`${line}\n`);
}

/** A reader that went away (`node app.js | head`), or a disk that is full under it, is no reason for the app to stop. */
function watch(output: NodeJS.WriteStream): void {
  if (isWatched) return;
  isWatched = true;
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") warnOnce("output", `the story is not told, and runs go on: ${String(error)}`);
  });
}
