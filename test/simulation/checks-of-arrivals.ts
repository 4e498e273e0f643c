// Checks of events: the runs that they start, and the waits that they end (H5, H9).
import { decodeValue } from "../../src/core/value-codec.ts";
import { digestAt } from "../../src/durable/event-match.ts";
import { closesWait, type EventRecord, type StepRecord } from "../../src/durable/journal.ts";
import { groupBy, violationsOf, type Violation } from "../crash/violation.ts";
import { keptWrites } from "./checks-of-writes.ts";
import type { SimulationHistory } from "./simulation-history.ts";

interface Accepted {
  readonly event: EventRecord;
  readonly order: number;
  readonly isTargeted: boolean;
}

export function checkRunsOfEvents(history: SimulationHistory): Violation[] {
  return violationsOf("H5 every accepted event has exactly one run per function", (report) => {
    const accepted = acceptedEvents(history);
    const runs = groupBy(history.runs, ({ run }) => run.eventId);
    for (const entry of history.entries)
      if (entry.kind === "acked" && !accepted.has(entry.eventId))
        report(undefined, `${entry.eventId} was acknowledged, and is not there`);
    for (const { event, isTargeted } of accepted.values()) {
      const found = (runs.get(event.id) ?? []).map(({ run }) => run.functionId).toSorted();
      const wanted = isTargeted ? found.slice(0, 1) : (history.listeners.get(event.name) ?? []).toSorted();
      if (found.join() !== wanted.join() || (isTargeted && found.length === 0))
        report(
          runs.get(event.id)?.[0]?.run.id,
          `${event.id} is to have runs of ${wanted.join()}, and has runs of ${found.join()}`,
        );
    }
    for (const { run } of history.runs)
      if (!accepted.has(run.eventId)) report(run.id, `its event ${run.eventId} was not accepted`);
    checkSent(history, accepted, report);
  });
}

/** What a step sends is sent once, however often it is tried. */
function checkSent(history: SimulationHistory, accepted: ReadonlyMap<string, Accepted>, report: Report): void {
  const sent = groupBy(
    [...accepted.values()].filter(({ event }) => event.name === "aside"),
    ({ event }) => (decodeValue(event.data) as { readonly from: string }).from,
  );
  // A step that was renamed before it had its outcome is another one.
  const hasOtherCode = [...history.onlyIn.values()].some((names) => names.length > 0);
  for (const { run, records } of history.runs) {
    if (run.status !== "completed" && run.status !== "failed") continue;
    const steps = records.filter(({ kind }) => kind === "sendEvent");
    for (const { key, value } of steps)
      for (const id of value === null ? [] : (decodeValue(value) as { readonly ids: readonly string[] }).ids)
        if (!accepted.has(id)) report(run.id, `"${key}" says that it sent ${id}, which is not there`);
    const count = sent.get(run.id)?.length ?? 0;
    if (!hasOtherCode && !records.some(isCutOff) && count > steps.length)
      report(run.id, `its ${steps.length} steps sent ${count} events`);
  }
}

/** Whether steps may have been cut off there, which had sent something and recorded nothing. */
function isCutOff({ kind, state, error }: StepRecord): boolean {
  const hasBranches = kind === "race" || kind === "all" || kind === "map";
  return hasBranches || state === "cancelled" || error?.includes("StepTimeoutError") === true;
}

type Report = (run: string | undefined, text: string) => void;

/** A wait of a run, from its registration to its end. */
interface WaitLife {
  readonly key: string;
  readonly registered: { readonly record: StepRecord; readonly order: number };
  readonly closedOrder: number | undefined;
  readonly ended: { readonly record: StepRecord; readonly order: number };
}

export function checkWaits(history: SimulationHistory): Violation[] {
  return violationsOf("H9 a wait is met if and only if its event came in time, and each event once", (report) => {
    const accepted = acceptedEvents(history);
    const byRun = groupBy(keptWrites(history), ({ write }) => write.runId);
    for (const { run } of history.runs) {
      const trigger = accepted.get(run.eventId)?.order ?? -1;
      const waits = waitsOf(byRun.get(run.id) ?? []);
      for (const wait of waits) {
        const isTaken = (id: string): boolean =>
          waits.some((other) => other.ended.order < wait.registered.order && other.ended.record.source === id);
        const fits = [...accepted.values()].filter(
          (one) => one.order > trigger && isFor(wait.registered.record, one.event) && !isTaken(one.event.id),
        );
        checkWait(wait, fits, (text) => report(run.id, `"${wait.key}" ${text}`));
      }
    }
  });
}

function checkWait({ ended, closedOrder }: WaitLife, fits: readonly Accepted[], report: (text: string) => void): void {
  const { source, value } = ended.record;
  if (source !== null) {
    const met = fits.find(({ event }) => event.id === source);
    if (met === undefined || met.order > ended.order) report(`was met by ${source}, which is not for it`);
    return;
  }
  if (value === null || decodeValue(value) !== null) return report("gave something that did not come");
  if (closedOrder === undefined) return report("ended with nothing, and was not closed");
  const missed = fits.find(({ order }) => order < closedOrder);
  if (missed !== undefined) report(`ended with nothing, and ${missed.event.id} had come in time`);
}

function waitsOf(writes: ReturnType<typeof keptWrites>): readonly WaitLife[] {
  const records = writes.flatMap(({ write, order }) => write.records.map((record) => ({ record, order })));
  return [...groupBy(records, ({ record }) => record.key)].flatMap(([key, same]) => {
    const registered = same.find(({ record }) => record.state === "waiting" && record.wait?.kind === "event");
    const ended = same.find(({ record }) => record.state === "ended" && record.status === "completed");
    if (registered === undefined || ended === undefined) return [];
    return [{ key, registered, closedOrder: same.find(({ record }) => closesWait(record))?.order, ended }];
  });
}

function isFor({ wait, dueMs }: StepRecord, { name, data, dueMs: cameMs }: EventRecord): boolean {
  if (wait?.kind !== "event" || wait.event !== name || cameMs > (dueMs ?? Number.POSITIVE_INFINITY)) return false;
  return wait.match === null || digestAt(wait.match.paths, decodeValue(data)) === wait.match.digest;
}

function acceptedEvents({ entries }: SimulationHistory): ReadonlyMap<string, Accepted> {
  return new Map(
    entries.flatMap((one) =>
      one.kind === "accepted" && one.result === "accepted" ? [[one.event.id, one] as const] : [],
    ),
  );
}
