// The contract of core/observer, of the story and of an observer as users write them.
import { describe, expect, it } from "vitest";
import type { ObservedRun, Observer } from "../core/observer.ts";
import { observerContract } from "../testing/observer-contract.ts";
import { consoleStory } from "./console-story.ts";

describe.each([
  ["on a terminal", true],
  ["in a file", false],
])("the contract of an observer: the story %s", (_place, colors) => {
  it.each(observerContract.map(({ name, check }) => [name, check] as const))("%s", async (_name, check) => {
    const newStory = () => {
      const lines: string[] = [];
      return consoleStory({ colors, write: (line) => lines.push(line) });
    };
    await expect(check(newStory)).resolves.toBeUndefined();
  });
});

describe("the contract of an observer: one that writes down what it hears", () => {
  it.each(observerContract.map(({ name, check }) => [name, check] as const))("%s", async (_name, check) => {
    await expect(check(newRecorder)).resolves.toBeUndefined();
  });
});

/** Counts by run, as analytics do, and answers as an asynchronous one does. */
function newRecorder(): Observer {
  const counts = new Map<string, Map<string, number>>();
  const count = (run: ObservedRun, what: string): Promise<void> => {
    const ofRun = counts.get(run.id) ?? new Map<string, number>();
    counts.set(run.id, ofRun.set(what, (ofRun.get(what) ?? 0) + 1));
    return Promise.resolve();
  };
  return {
    onRunStart: (run) => count(run, "started"),
    onRunSuspend: (run) => count(run, run.reason),
    onRunResume: (run) => count(run, run.reason),
    onRunPause: (run) => count(run, run.difference),
    onRunEnd: (run) => count(run, run.outcome),
    onStepStart: ({ run, number, name }) => count(run, `${number} ${name}`),
    onStepAttempt: ({ run, attempt }) => count(run, `attempt ${attempt}`),
    onStepEnd: ({ run, outcome, path, tags }) => count(run, `${path} ${outcome} ${tags.join()}`),
    onLog: ({ run, level, message }) => count(run, `${level} ${message}`),
  };
}
