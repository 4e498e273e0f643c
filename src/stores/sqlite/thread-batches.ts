// Which of the verbs that were asked one after the other are done together. Pure.
import type { Asked } from "./thread-messages.ts";

/** Verbs that write, in one transaction each. What only reads has nothing to share. */
const WRITES: ReadonlySet<Asked["verb"]> = new Set([
  "enterWorker",
  "leaveWorker",
  "beat",
  "buryWorker",
  "register",
  "accept",
  "tick",
  "claim",
  "look",
  "release",
  "offerPaused",
  "commit",
  "requestCancel",
  "requestPause",
  "resume",
  "replay",
  "prune",
]);
/** So that the first does not wait for very many. */
const MOST = 64;

/** All of them, in their order: neighbours that write are one list, each other one is alone. */
export function runsOf(asked: readonly Asked[]): readonly (readonly Asked[])[] {
  const runs: Asked[][] = [];
  let isOpen = false;
  for (const one of asked) {
    const writes = WRITES.has(one.verb);
    const last = runs.at(-1);
    if (isOpen && writes && last !== undefined && last.length < MOST) last.push(one);
    else runs.push([one]);
    isOpen = writes;
  }
  return runs;
}
