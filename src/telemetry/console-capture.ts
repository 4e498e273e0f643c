// `console.log` inside a step is a line of that step.
//
// Owns: the console's methods while it captures. Called by: users, once for the process.
import { currentAttempt } from "../core/scope.ts";
import type { LogLevel } from "../core/log.ts";

/** Whether captured lines are also written as before. */
export interface CaptureOptions {
  readonly passThrough?: boolean | undefined;
}

const LEVELS: Readonly<Record<"debug" | "log" | "info" | "warn" | "error", LogLevel>> = {
  debug: "debug",
  log: "info",
  info: "info",
  warn: "warn",
  error: "error",
};

let isCapturing = false;

/**
 * Makes lines that steps write with `console` lines of their step, as those of `step.log` are; returns what ends that.
 *
 * Use it once, at the start of the process, so that libraries' lines stand in the run's logs too. Outside of steps the console is
 * as it was, and so it is for observers, which may write with it. In code that runs again on replay, so does the line.
 *
 * @example
 * const stopCapturing = captureConsole();
 */
export function captureConsole({ passThrough = false }: CaptureOptions = {}): () => void {
  const methods = Object.keys(LEVELS) as (keyof typeof LEVELS)[];
  const originals = methods.map((method) => [method, console[method]] as const);
  const captured = originals.map(([method, original]) => {
    const write = (...parts: unknown[]): void => {
      const attempt = isCapturing ? undefined : currentAttempt();
      if (attempt === undefined || attempt.node.home === undefined) return original.apply(console, parts);
      if (passThrough) original.apply(console, parts);
      isCapturing = true; // an observer that is told of it may write with it
      try {
        attempt.run.logOf(attempt.node)[LEVELS[method]](textOf(parts));
      } finally {
        isCapturing = false;
      }
    };
    console[method] = write;
    return [method, original, write] as const;
  });
  return () => {
    for (const [method, original, write] of captured) if (console[method] === write) console[method] = original;
  };
}

/** As the console writes it. */
function textOf(parts: readonly unknown[]): string {
  const { format } = process.getBuiltinModule("node:util");
  return format(...parts);
}
