// replay-point.ts: which records a replay from a step begins with.
import { describe, expect, it } from "vitest";
import { sampleStep } from "../testing/journal-samples.ts";
import { CANCEL_KEY, CANCEL_ON_KEY, TAKEOVER_KEY, type StepRecord } from "./journal.ts";
import { StepNotFoundError } from "../core/errors.ts";
import { keysBefore } from "./replay-point.ts";

/** `2.1 Outer/Inner 3`: number, key, and sequence number; `-` for none, with the state behind it. */
function records(...texts: readonly string[]): StepRecord[] {
  return texts.map((text) => {
    const [number = "", key = "", sequence, state = "ended"] = text.split(" ");
    return sampleStep({ number, key, sequence: sequence === "-" ? null : Number(sequence), state: state as "ended" });
  });
}
const keys = (from: string, ...texts: readonly string[]) => keysBefore(from, "run_1", records(...texts));

const NESTED = ["1 Fetch 1", "2 Bill 4", "2.1 Bill/Charge 2", "2.2 Bill/Print 3", "3 Close 5"];

describe("what was recorded before a step", () => {
  it("is taken over; the step, what lies under it and around it, and what came later is not", () => {
    expect(keys("1", ...NESTED)).toEqual([]);
    expect(keys("2", ...NESTED)).toEqual(["Fetch"]);
    expect(keys("2.2", ...NESTED)).toEqual(["Fetch", "Bill/Charge"]);
    expect(keys("3", ...NESTED)).toEqual(["Fetch", "Bill", "Bill/Charge", "Bill/Print"]);
  });

  it("has no answer that was given because of what lay ahead: that is looked at anew", () => {
    const old = sampleStep({ key: "check", kind: "patched", number: "0", sequence: null });
    const recorded = [...records("1 Fetch 1", "2 Bill 2"), old];
    expect(keysBefore("2", "run_1", recorded)).toEqual(["Fetch"]);
    expect(() => keysBefore("check", "run_1", recorded)).toThrow(StepNotFoundError);
  });

  it("is found by path as by number", () => {
    expect(keys("Bill/Print", ...NESTED)).toEqual(keys("2.2", ...NESTED));
  });

  it("is all that was recorded, for a step that has no outcome", () => {
    expect(keys("2.2", "1 Fetch 1", "2.1 Bill/Charge 2", "2.2 Bill/Print - retrying", "3 Beside 3")).toEqual([
      "Fetch",
      "Bill/Charge",
      "Beside",
    ]);
    expect(keys("2.2", "1 Fetch 1", "2 Bill 3", "2.1 Bill/Charge 2", "2.2 Bill/Print - sleeping", "3 Close 4")).toEqual(
      ["Fetch", "Bill/Charge"],
    );
  });

  it("is in the order of recording where branches ran beside each other", () => {
    const branches = ["1.1 All/a 3", "1.2 All/b 1", "1.3 All/c 2", "1 All 4"];
    expect(keys("1.3", ...branches)).toEqual(["All/b"]);
    expect(keys("1.1", ...branches)).toEqual(["All/b", "All/c"]);
  });
});

describe("a composite step without a record of its own", () => {
  it("is known from its substeps, those of its handlers included", () => {
    expect(keys("2", "1 Fetch 1", "2.1 Bill/Charge 2")).toEqual(["Fetch"]);
    expect(keys("2", "1 Fetch 1", "2.1 Bill/~onError/Tell 2")).toEqual(["Fetch"]);
    expect(keys("1.1", "1.1.1 A/B/C 1")).toEqual([]);
  });
});

describe("a step of a handler", () => {
  it("keeps the failure that its handler is for", () => {
    const failed = [
      "1 Fetch 1",
      "2 Bill - settled",
      "2.1 Bill/Charge 2",
      "2.2 Bill/~onError/Tell 3",
      "2.3 Bill/~onError/Log 4",
    ];
    expect(keys("2.3", ...failed)).toEqual(["Fetch", "Bill", "Bill/Charge", "Bill/~onError/Tell"]);
    expect(keys("2.1", ...failed)).toEqual(["Fetch"]);
    expect(keys("2", ...failed)).toEqual(["Fetch"]);
  });

  it("and that of the function", () => {
    expect(keys("2", "1 Fetch 1", "  - settled", "2 ~onError/Tell 2")).toEqual(["Fetch", ""]);
  });
});

describe("what is of the run and of none of its steps", () => {
  it("is not taken over", () => {
    const notes = [`- ${CANCEL_KEY} 3`, `- ${TAKEOVER_KEY}.1 - ended`, `- ${CANCEL_ON_KEY}.0 - waiting`];
    expect(keys("2", "1 Fetch 1", "2 Bill 2", ...notes)).toEqual(["Fetch"]);
  });
});

describe("a step that is not there", () => {
  it("is refused, with those that are", () => {
    expect(() => keys("9", ...NESTED)).toThrow('run_1 has no step "9": it has 1 Fetch, 2 Bill, 3 Close');
    expect(() => keys("1")).toThrow("it has recorded none");
    expect(() => keys("", ...NESTED)).toThrow('no step ""');
  });
});
