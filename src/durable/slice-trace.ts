// Where a run and its event were traced, as the journal keeps it. Pure.
import type { ObservedRun } from "../core/observer.ts";
import type { ObservedSlice, TraceCarrier } from "../core/instrument.ts";
import { SLICE_KEY, type EventRecord, type StepRecord } from "./journal.ts";

/** Marks the event of an invocation. */
const INVOKED = "~invoked";

export function traceText(carrier: TraceCarrier | undefined, isInvoked: boolean): string | null {
  if (carrier === undefined) return null;
  return JSON.stringify(isInvoked ? { ...carrier, [INVOKED]: "1" } : carrier);
}

/** What instruments are told of a slice besides its run. */
export function sliceOf(event: EventRecord, records: readonly StepRecord[]): Omit<ObservedSlice, keyof ObservedRun> {
  const sent = carrierOf(event.trace);
  const { [INVOKED]: invoked, ...trigger } = sent ?? {};
  const before = records
    .filter(({ key }) => key.startsWith(SLICE_KEY))
    .toSorted((one, other) => tokenOf(one) - tokenOf(other));
  return {
    isKept: true,
    isInvoked: invoked !== undefined,
    trigger: sent === undefined ? undefined : trigger,
    origin: carrierOf(before[0]?.name),
    previous: carrierOf(before.at(-1)?.name),
  };
}

function tokenOf({ key }: StepRecord): number {
  return Number(key.slice(SLICE_KEY.length + 1));
}

/** Whatever a store gives: texts by name, or nothing. No run fails of what a tracer is told. */
function carrierOf(text: string | null | undefined): TraceCarrier | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? "");
    const parts = Object.entries(parsed as object);
    const texts = parts.filter((part): part is [string, string] => typeof part[1] === "string");
    return typeof parsed === "object" ? Object.fromEntries(texts) : undefined;
  } catch {
    return undefined;
  }
}
