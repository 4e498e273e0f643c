import { expect, it } from "vitest";
import { encodeValue } from "../core/value-codec.ts";
import { sampleRun } from "../testing/journal-samples.ts";
import { outcomeOfRun } from "./run-outcome.ts";

it("a run is seen as it ended: with its value, with what it recovered from, failed, or cancelled", () => {
  const output = encodeValue([1]);
  const error = encodeValue(new TypeError("no"));
  expect(outcomeOfRun(sampleRun({ status: "completed", output }))).toEqual({ status: "completed", value: [1] });
  expect(outcomeOfRun(sampleRun({ status: "completed", output, error }))).toMatchObject({
    status: "recovered",
    value: [1],
    error: { message: "no" },
  });
  expect(outcomeOfRun(sampleRun({ status: "failed", error }))).toMatchObject({
    status: "failed",
    error: { message: "no" },
  });
  expect(outcomeOfRun(sampleRun({ status: "cancelled" }))).toEqual({ status: "cancelled" });
});
