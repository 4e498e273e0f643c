// What a run that has ended was kept with, as whoever waits for it sees it. Pure.
import type { Outcome } from "../core/outcome.ts";
import { decodeValue } from "../core/value-codec.ts";
import type { RunRecord } from "./journal.ts";

/** What a run was kept with when it ended. */
export type RunEnd = Pick<RunRecord, "status" | "output" | "error">;

export function outcomeOfRun({ status, output, error }: RunEnd): Outcome {
  if (status === "cancelled") return { status: "cancelled" };
  if (status === "failed") return { status: "failed", error: decodeValue(error!) };
  const value = decodeValue(output!);
  return error === null ? { status: "completed", value } : { status: "recovered", value, error: decodeValue(error) };
}
