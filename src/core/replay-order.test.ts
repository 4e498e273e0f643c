import { describe, expect, it } from "vitest";
import { nextReplayMove, type ReplayMove, type ReplayStanding } from "./replay-order.ts";

const AT_REST = { isAtRest: true };
const SURELY_AT_REST = { isAtRest: true, isSurelyAtRest: true };
const BUSY = { isAtRest: false };

const NOTHING: ReplayStanding = {
  firstRequired: undefined,
  firstAsked: undefined,
  isLacking: false,
  hasHeld: false,
  isAtRest: false,
  isSurelyAtRest: false,
  isNews: false,
};

describe("nextReplayMove", () => {
  it.each<[string, Partial<ReplayStanding>, ReplayMove]>([
    ["nothing recorded, nothing wanted", BUSY, { kind: "over" }],
    ["the same, and that it is over is news", { ...BUSY, isNews: true }, rest()],
    ["the same, of a body at rest", { ...AT_REST, isNews: true }, { kind: "over" }],
    ["news, and something new is wanted", { ...BUSY, isNews: true, hasHeld: true }, { kind: "begin" }],
    ["nothing recorded, something new wanted", { ...AT_REST, hasHeld: true }, { kind: "begin" }],
    ["the same, with a busy body", { ...BUSY, hasHeld: true }, { kind: "begin" }],
    ["the first recorded outcome is asked for", { ...BUSY, firstRequired: 3, firstAsked: 3 }, deliver(3)],
    ["an earlier one than that is asked for", { ...BUSY, firstRequired: 5, firstAsked: 2 }, deliver(2)],
    ["a later one is asked for, and its turn may still come", { ...BUSY, firstRequired: 3, firstAsked: 4 }, rest()],
    ["a later one, and nobody else will ask", { ...AT_REST, firstRequired: 3, firstAsked: 4 }, deliver(4)],
    ["asked for, and nothing is required any more", { ...BUSY, firstAsked: 9 }, deliver(9)],
    ["nobody asks for what is recorded, and nothing new is wanted", { ...AT_REST, firstRequired: 3 }, { kind: "wait" }],
    [
      "something new is wanted instead of what is recorded",
      { ...AT_REST, firstRequired: 3, hasHeld: true },
      mismatch(),
    ],
    ["the same, and the body may still ask", { ...BUSY, firstRequired: 3, hasHeld: true }, rest()],
    [
      "what is recorded goes before what is new",
      { ...AT_REST, firstRequired: 3, firstAsked: 3, hasHeld: true },
      deliver(3),
    ],
    [
      "and so does what is asked for out of its turn",
      { ...AT_REST, firstRequired: 3, firstAsked: 4, hasHeld: true },
      deliver(4),
    ],
  ])("%s", (_standing, given, move) => {
    expect(nextReplayMove({ ...NOTHING, ...given })).toEqual(move);
  });

  it("never begins anything new while a recorded outcome is still to be handed out", () => {
    for (const firstRequired of [1, 2, 3]) {
      for (const firstAsked of [undefined, 1, 2, 3]) {
        for (const isAtRest of [false, true]) {
          const standing = { ...NOTHING, firstRequired, firstAsked, hasHeld: true, isAtRest };
          expect(nextReplayMove(standing).kind).not.toBe("begin");
        }
      }
    }
  });
});

describe("what had begun", () => {
  it.each<[string, Partial<ReplayStanding>, ReplayMove]>([
    ["something new is wanted before what had begun", { ...AT_REST, isLacking: true, hasHeld: true }, mismatch()],
    ["the same, and the body may still ask", { ...BUSY, isLacking: true, hasHeld: true }, rest()],
    ["what had begun is not asked for, nor anything new", { ...AT_REST, isLacking: true }, { kind: "wait" }],
    ["the same, of code that cannot come to ask", { ...SURELY_AT_REST, isLacking: true }, mismatch()],
    [
      "the same, and an outcome is still to come",
      { ...SURELY_AT_REST, isLacking: true, firstRequired: 3 },
      { kind: "wait" },
    ],
    [
      "an outcome goes before what had begun",
      { ...AT_REST, isLacking: true, firstAsked: 3, hasHeld: true },
      deliver(3),
    ],
    [
      "what had begun goes before it is told that all is over",
      { ...BUSY, isLacking: true, isNews: true },
      { kind: "wait" },
    ],
  ])("%s", (_standing, given, move) => {
    expect(nextReplayMove({ ...NOTHING, ...given })).toEqual(move);
  });
});

function deliver(sequence: number): ReplayMove {
  return { kind: "deliver", sequence };
}
function mismatch(): ReplayMove {
  return { kind: "mismatch" };
}
function rest(): ReplayMove {
  return { kind: "waitForRest" };
}
