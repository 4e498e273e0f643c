import { describe, expect, it } from "vitest";
import { sampleStep } from "../testing/journal-samples.ts";
import { CANCEL_KEY, CANCEL_ON_KEY, TAKEOVER_KEY, type StepRecord } from "./journal.ts";
import { RunHistory } from "./journal-fold.ts";

function ended(key: string, sequence: number): StepRecord {
  return sampleStep({ key, sequence });
}
function requiredOf(...records: StepRecord[]): number[] {
  return new RunHistory(records).required();
}

describe("required: what code must come by when it is run again from the start", () => {
  it("is every outcome of the function's own steps, ascending", () => {
    expect(requiredOf()).toEqual([]);
    expect(requiredOf(ended("B", 2), ended("A", 1), ended("C", 10))).toEqual([1, 2, 10]);
  });

  it("is not what lies under a step that has its outcome: its body is not entered again", () => {
    expect(requiredOf(ended("Outer/Inner", 1), ended("Outer/Inner/Leaf", 2), ended("Outer", 3))).toEqual([3]);
    expect(requiredOf(ended("Outer/Inner/Leaf", 1), ended("Outer/Inner", 2))).toEqual([2]);
  });

  it("is what lies under a step that has none", () => {
    expect(requiredOf(ended("Outer/Inner", 1), ended("Other", 2))).toEqual([1, 2]);
    expect(requiredOf(sampleStep({ key: "Outer", state: "started" }), ended("Outer/Inner", 1))).toEqual([1]);
  });

  it("of a step whose body has settled, is only what its handlers recorded", () => {
    const settled = sampleStep({ key: "Outer", state: "settled", steps: 1 });
    expect(requiredOf(settled, ended("Outer/Inner", 1), ended("Outer/~onError/Note", 2))).toEqual([2]);
    expect(requiredOf(settled, ended("Outer/~onError/Note", 2), ended("Outer", 3))).toEqual([3]);
    expect(requiredOf(settled, ended("Outer/Inner/Deep", 1), ended("Outer/~onError/Note/Deep", 2))).toEqual([2]);
  });

  it("of the function's own settled body, is only what its handlers recorded", () => {
    const settled = sampleStep({ key: "", state: "settled", kind: "function", steps: 1 });
    expect(requiredOf(settled, ended("Inner", 1), ended("~onError/Note", 2))).toEqual([2]);
  });

  it("is not what was recorded before a step around it was tried again", () => {
    const retrying = (sequence: number) =>
      sampleStep({ key: "Outer", state: "retrying", attempts: 2, dueMs: 5, sequence });
    expect(requiredOf(ended("Outer/Old", 1), retrying(2), ended("Outer/New", 3))).toEqual([3]);
    expect(requiredOf(ended("Outer/Old", 1), ended("Other", 2), retrying(3))).toEqual([2]);
    const ofTheFunction = sampleStep({ key: "", kind: "function", state: "retrying", attempts: 2, sequence: 3 });
    expect(requiredOf(ended("Old", 1), ended("Old/Inner", 2), ofTheFunction, ended("New", 4))).toEqual([4]);
  });
});

it("knows whether the last attempt of a step that was tried again has come to an outcome below it", () => {
  const retrying = sampleStep({ key: "Outer", state: "retrying", attempts: 2, sequence: 3 });
  const before = new RunHistory([ended("Outer/Old", 1), retrying, ended("Other", 4)]);
  expect(before.isEnteredSince(retrying)).toBe(false);
  const after = new RunHistory([ended("Outer/Old", 1), retrying, ended("Outer/Deep/New", 4)]);
  expect(after.isEnteredSince(retrying)).toBe(true);
  const ofTheFunction = sampleStep({ key: "", kind: "function", state: "retrying", attempts: 2, sequence: 3 });
  expect(new RunHistory([ended("Old", 2), ofTheFunction]).isEnteredSince(ofTheFunction)).toBe(false);
  expect(new RunHistory([ended("Old", 2), ofTheFunction, ended("New", 4)]).isEnteredSince(ofTheFunction)).toBe(true);
});

it("required: a limit of an attempt changes nothing, but keeps where the attempt began", () => {
  const limited = (sequence: number | null) => sampleStep({ key: "Outer", state: "limited", dueMs: 5, sequence });
  expect(requiredOf(ended("Outer/First", 1), limited(null), ended("Outer/Second", 2))).toEqual([1, 2]);
  expect(requiredOf(ended("Outer/Old", 1), limited(2), ended("Outer/New", 3))).toEqual([3]);
});

describe("required: what is no outcome on the way", () => {
  it("is no wait, start, retry or settled failure: none of these is an outcome", () => {
    expect(
      requiredOf(
        sampleStep({ key: "A", state: "sleeping", dueMs: 5 }),
        sampleStep({ key: "B", state: "retrying", sequence: 1 }),
        sampleStep({ key: "C", state: "settled" }),
        sampleStep({ key: "D", state: "started" }),
        sampleStep({ key: "E", state: "cancelled" }),
      ),
    ).toEqual([]);
  });

  it("is the cancellation, wherever the run was; and no takeover", () => {
    const cancellation = sampleStep({ key: CANCEL_KEY, kind: "cancel", sequence: 2 });
    const settled = sampleStep({ key: "", kind: "function", state: "settled" });
    expect(requiredOf(settled, ended("Inner", 1), cancellation)).toEqual([2]);
    expect(requiredOf(sampleStep({ key: `${TAKEOVER_KEY}/2`, kind: "takeover", sequence: null }))).toEqual([]);
  });

  it("does not take a step for another whose key begins with the same letters", () => {
    expect(requiredOf(ended("Charge", 2), ended("Charge card/Inner", 1))).toEqual([1, 2]);
    expect(requiredOf(ended("Charge", 3), ended("Charge#2/Inner", 1))).toEqual([1, 3]);
  });
});

describe("what is known", () => {
  it("of a step is its last record, and of a cancelled one nothing that a replay would see", () => {
    const history = new RunHistory([sampleStep({ key: "A", state: "sleeping", dueMs: 5 })]);
    expect(history.record("A")).toMatchObject({ state: "sleeping" });
    history.add(ended("A", 1));
    expect(history.record("A")).toMatchObject({ state: "ended" });
    expect(history.record("B")).toBeUndefined();
    history.add(sampleStep({ key: "B", state: "cancelled" }));
    expect(history.record("B")).toBeUndefined();
    expect(history.has("B")).toBe(true);
    expect([...history.records()].map(({ key }) => key)).toEqual(["A", "B"]);
  });

  it("of a body is whether it was entered: there is something below it, other than a cancelled step", () => {
    const history = new RunHistory([
      ended("Outer/Middle/Inner", 1),
      sampleStep({ key: "Told/Inner", state: "cancelled" }),
      sampleStep({ key: `${TAKEOVER_KEY}/2`, kind: "takeover", sequence: null }),
    ]);
    expect(
      ["Outer", "Outer/Middle", "Outer/Middle/Inner", "Told", TAKEOVER_KEY].map((key) => history.isEntered(key)),
    ).toEqual([true, true, false, false, false]);
  });

  it("numbers go on behind the highest, of outcomes and of retries", () => {
    const history = new RunHistory([ended("A", 4), sampleStep({ key: "B", state: "retrying", sequence: 7 })]);
    expect([history.nextSequence(), history.nextSequence()]).toEqual([8, 9]);
    expect(new RunHistory([]).nextSequence()).toBe(1);
  });

  it("is never rewritten: a record that may not follow is a bug", () => {
    const history = new RunHistory([ended("A", 1)]);
    expect(() => history.add(ended("A", 2))).toThrow(/went from ended to ended/);
    expect(history.required()).toEqual([1]);
  });

  it("has the cancellation, if there is one", () => {
    expect(new RunHistory([]).cancellation).toBeUndefined();
    expect(new RunHistory([sampleStep({ key: CANCEL_KEY, kind: "cancel", sequence: 3 })]).cancellation?.sequence).toBe(
      3,
    );
  });
});

describe("begun", () => {
  const begunOf = (...records: readonly StepRecord[]): readonly string[] => new RunHistory(records).begun();
  const started = (key: string): StepRecord => sampleStep({ key, state: "started" });

  it("is whatever has no outcome: waits, starts, retries, limits, and failures whose handlers are at work", () => {
    const records = (["sleeping", "waiting", "started", "limited", "retrying", "settled"] as const).map((state) =>
      sampleStep({ key: state, state, sequence: state === "retrying" ? 1 : null }),
    );
    expect(begunOf(...records, ended("ended", 2))).toEqual(records.map(({ key }) => key));
  });

  it("is no note of what was cancelled, nor what would cancel the run, nor the function itself", () => {
    expect(
      begunOf(
        sampleStep({ key: "Told", state: "cancelled" }),
        sampleStep({ key: `${CANCEL_ON_KEY}/0`, kind: "cancelOn", state: "waiting" }),
        sampleStep({ key: "", kind: "function", state: "retrying", sequence: 1 }),
      ),
    ).toEqual([]);
  });

  it("is nothing below a step that has its outcome, or whose body has; its handlers' steps are", () => {
    const settled = sampleStep({ key: "Charge", state: "settled" });
    expect(begunOf(ended("Race", 2), started("Race/Loser"))).toEqual([]);
    expect(begunOf(settled, started("Charge/Inner"), started("Charge/~onError/Note"))).toEqual([
      "Charge",
      "Charge/~onError/Note",
    ]);
  });

  it("is, below a step that was tried again, only what has a place behind that", () => {
    const again = sampleStep({ key: "Outer", state: "retrying", sequence: 3 });
    const retrying = (key: string, sequence: number) => sampleStep({ key, state: "retrying", sequence });
    expect(begunOf(again, started("Outer/Wait"), retrying("Outer/Old", 2), retrying("Outer/New", 4))).toEqual([
      "Outer",
      "Outer/New",
    ]);
  });

  it("is nothing once the run was cancelled", () => {
    expect(begunOf(started("Wait"), sampleStep({ key: CANCEL_KEY, kind: "cancel", sequence: 1 }))).toEqual([]);
  });
});
