import { describe, expect, it } from "vitest";
import { sampleStep } from "../testing/journal-samples.ts";
import { RunHistory } from "./journal-fold.ts";
import { contradictionText, mismatchText } from "./mismatch.ts";

function wanted(name: string, number: string) {
  return { key: name, number, name, kind: "run", digest: null };
}

describe("mismatchText", () => {
  const history = new RunHistory([
    sampleStep({ key: "Reserve", name: "Reserve", number: "1", sequence: 1 }),
    sampleStep({ key: "Notify", name: "Notify", number: "3", sequence: 3 }),
    sampleStep({ key: "Charge", name: "Charge", number: "2", sequence: 2 }),
  ]);

  it("puts what is recorded beside what the code asks for", () => {
    expect(mismatchText(history, { outcomes: [2], begun: [] }, [wanted("Charge card", "2")])).toBe(
      "recorded: 2 Charge; the code now asks for: 2 Charge card",
    );
  });

  it("lists outcomes in their order, and only what is new of the open steps", () => {
    const open = [wanted("Reserve", "1"), wanted("Charge card", "2"), wanted("Print", "3")];
    expect(mismatchText(history, { outcomes: [2, 3], begun: [] }, open)).toBe(
      "recorded: 2 Charge, 3 Notify; the code now asks for: 2 Charge card, 3 Print",
    );
  });

  it("says that the code ends where it asks for nothing", () => {
    expect(mismatchText(history, { outcomes: [2], begun: [] }, [])).toBe("recorded: 2 Charge; the code now ends");
  });

  it("says that the code goes on where all that is open is known already", () => {
    const open = [wanted("Reserve", "1")];
    expect(mismatchText(history, { outcomes: [2], begun: [] }, open)).toBe(
      "recorded: 2 Charge; the code now goes on without it",
    );
    expect(mismatchText(history, { outcomes: [2, 3], begun: [] }, open)).toBe(
      "recorded: 2 Charge, 3 Notify; the code now goes on without them",
    );
  });

  it("puts what had begun beside it where no outcome is left, and not before", () => {
    const renamed = new RunHistory([
      sampleStep(),
      sampleStep({ key: "Print", name: "Print", number: "2", state: "started", sequence: null }),
    ]);
    const open = [wanted("Print label", "2")];
    expect(mismatchText(renamed, { outcomes: [], begun: ["Print"] }, open)).toBe(
      "recorded: 2 Print (begun); the code now asks for: 2 Print label",
    );
    expect(mismatchText(renamed, { outcomes: [1], begun: ["Print"] }, open)).toBe(
      "recorded: 1 Charge; the code now asks for: 2 Print label",
    );
  });

  it("lists five and counts the rest", () => {
    const open = Array.from({ length: 8 }, (_nothing, place) => wanted(`New ${place}`, String(place + 2)));
    expect(mismatchText(history, { outcomes: [2], begun: [] }, open)).toBe(
      "recorded: 2 Charge; the code now asks for: 2 New 0, 3 New 1, 4 New 2, 5 New 3, 6 New 4 and 3 more",
    );
  });
});

describe("contradictionText", () => {
  const record = sampleStep({ key: "Charge", kind: "run", digest: "d1" });
  const step = { key: "Charge", number: "1", name: "Charge", kind: "run", digest: "d1" };

  it("is nothing where the record and the step can be the same", () => {
    expect(contradictionText(record, step)).toBeUndefined();
    expect(contradictionText(record, { ...step, digest: null })).toBeUndefined();
    expect(contradictionText(sampleStep({ key: "Charge" }), step)).toBeUndefined();
  });

  it("names another kind, and other inputs", () => {
    expect(contradictionText(record, { ...step, kind: "sleep" })).toBe(
      "recorded: 1 Charge (run); the code now asks for: 1 Charge (sleep)",
    );
    expect(contradictionText(record, { ...step, digest: "d2" })).toBe(
      "recorded: 1 Charge (with other inputs); the code now asks for: 1 Charge (with these inputs)",
    );
  });
});
