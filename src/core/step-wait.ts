// Waits of a step: ended well by whoever was waited for, or early by its cancellation.
import type { Clock } from "./clock.ts";
import type { StepNode } from "./step-tree.ts";

/** How a wait ended. */
export type WaitEnd = "done" | "cancelled";

/** A wait that `cancel` ends early. `begin` is handed what ends it well, and gives what stops it. */
export function waitOf(node: StepNode, begin: (done: () => void) => () => void): Promise<WaitEnd> {
  if (node.isStopped || node.special.isDiscarded) return Promise.resolve("cancelled"); // it was told before it began
  const { extras } = node;
  return new Promise((resolve) => {
    const settle = (end: WaitEnd): void => {
      extras.stopWaiting = undefined;
      resolve(end);
    };
    const stop = begin(() => settle("done"));
    extras.stopWaiting = () => {
      stop();
      settle("cancelled");
    };
  });
}

/** A wait for a time, never ended before it by this clock. */
export function waitUntil(node: StepNode, clock: Clock, dueMs: number): Promise<WaitEnd> {
  return waitOf(node, (done) => {
    let stop = (): void => {};
    const wait = (): void => {
      stop = clock.alarm(dueMs, () => (clock.now() < dueMs ? wait() : done()));
    };
    wait();
    return () => stop();
  });
}
