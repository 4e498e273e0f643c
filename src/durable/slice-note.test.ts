// The note of a slice goes along once, with what is kept.
import { describe, expect, it } from "vitest";
import { sampleStep } from "../testing/journal-samples.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { StepRecord } from "./journal.ts";
import { SliceNote } from "./slice-note.ts";
import type { RunChange, WriteResult } from "./store.ts";

function noted(trace: string | null) {
  const note = new SliceNote(3, new ManualClock());
  note.set(trace);
  const written: string[] = [];
  const write = async (change: RunChange | null, result: WriteResult = "kept"): Promise<WriteResult> =>
    note.writtenWith([sampleStep()], change, async (records: readonly StepRecord[]) => {
      written.push(records.map(({ key }) => key).join(" "));
      return result;
    });
  return { write, written };
}
const END: RunChange = { kind: "end", status: "completed", output: null, error: null, atMs: 0 };

describe("the note of a slice", () => {
  it("is written with the first thing that is kept, and not again", async () => {
    const { write, written } = noted("{}");
    expect(await write(null, "arrived")).toBe("arrived");
    await write(null);
    await write(null);
    expect(written).toEqual(["~slice/3 Charge", "~slice/3 Charge", "Charge"]);
  });
  it("is not written with the end of the run, nor where nothing is traced", async () => {
    const traced = noted("{}");
    await traced.write(END);
    const untraced = noted(null);
    await untraced.write(null);
    expect([traced.written, untraced.written]).toEqual([["Charge"], ["Charge"]]);
  });
});
