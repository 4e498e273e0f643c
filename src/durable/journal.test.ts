import { describe, expect, it } from "vitest";
import { assertMayFollow, statesBefore, type RecordState } from "./journal.ts";

const STATES: readonly RecordState[] = [
  "started",
  "sleeping",
  "waiting",
  "limited",
  "retrying",
  "cancelled",
  "settled",
  "ended",
];

describe("which record may follow which", () => {
  it("any may be the first", () => {
    for (const state of STATES) expect(() => assertMayFollow(undefined, state, "Charge")).not.toThrow();
  });

  it("P1: nothing follows an outcome", () => {
    for (const state of STATES) {
      expect(statesBefore(state)).not.toContain("ended");
      expect(() => assertMayFollow("ended", state, "Charge")).toThrow('the record of "Charge" went from ended to');
    }
  });

  it.each<[RecordState, readonly RecordState[]]>([
    ["started", ["started", "retrying", "cancelled"]],
    ["sleeping", ["cancelled"]],
    ["waiting", ["waiting", "retrying", "cancelled"]],
    ["limited", ["limited", "retrying", "cancelled"]],
    ["retrying", ["started", "limited", "retrying", "cancelled"]],
    ["cancelled", []],
    ["settled", ["started", "waiting", "limited", "retrying", "cancelled"]],
    ["ended", ["started", "sleeping", "waiting", "limited", "retrying", "settled", "cancelled"]],
  ])("before %s: %j", (next, before) => {
    expect(statesBefore(next).toSorted()).toEqual(before.toSorted());
  });

  it("the two say the same", () => {
    for (const next of STATES) {
      for (const last of STATES) {
        let isRefused = false;
        try {
          assertMayFollow(last, next, "Charge");
        } catch {
          isRefused = true;
        }
        expect(isRefused).toBe(!statesBefore(next).includes(last));
      }
    }
  });
});
