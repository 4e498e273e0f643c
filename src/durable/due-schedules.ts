// Schedules of an app's functions: how they are registered, and how what is due starts its run.
//
//   D1. A tick's event has its id from the function and the moment: whoever starts it again starts nothing.
//   D2. Of ticks that nobody was there for, the latest runs, once; the schedule goes on with the first one after now.
import { digest128 } from "../core/digest.ts";
import { CRON_EVENT, type CronData } from "../core/event.ts";
import type { FunctionDefinition } from "../core/function.ts";
import type { Randomness } from "../core/ids.ts";
import type { Clock } from "../core/clock.ts";
import { CODEC_VERSION, encodeValue } from "../core/value-codec.ts";
import { warnOnce } from "../core/warning.ts";
import { textOfThrown } from "../internal/thrown.ts";
import { CronSchedule } from "./cron-schedule.ts";
import type { EventRecord, FunctionRecord, ScheduleRecord } from "./journal.ts";
import { encodePayload } from "./payload.ts";
import { runIdFor } from "./run-id.ts";
import type { ScheduleTick, Store } from "./store.ts";

/** The schedules of a function as they are registered: those that are new tick for the first time after now. */
export function scheduleRecords(
  { name, schedules }: FunctionDefinition,
  nowMs: number,
  mostBytes: number,
): FunctionRecord["schedules"] {
  return schedules.map(({ cron, timezone, context }) => ({
    cron,
    timezone,
    context: encodePayload(context, mostBytes, () => `the context of the schedule "${cron}" of function "${name}"`),
    dueMs: new CronSchedule(cron, timezone).nextAfter(nowMs),
  }));
}

export interface TickSurroundings {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Randomness;
}

/**
 * Starts what is due by now. It is asked for all functions of a worker, also where its own code has no schedules: a newer version
 * may have registered some, and they count in when the worker is needed next. `seen`: what the store was just asked for. Gives how
 * many there were.
 */
export async function startDueSchedules(
  functionIds: readonly string[],
  { store, clock, random }: TickSurroundings,
  seen?: readonly ScheduleRecord[],
): Promise<number> {
  const nowMs = clock.now();
  const due = seen ?? (await store.dueSchedules({ functionIds, nowMs }));
  if (due.length === 0) return 0;
  await store.tick({ ticks: due.map((schedule) => tickOf(schedule, nowMs, random, clock)) });
  return due.length;
}

/** D2 */
function tickOf(schedule: ScheduleRecord, nowMs: number, random: Randomness, clock: Clock): ScheduleTick {
  const { functionId, cron, timezone } = schedule;
  try {
    const times = new CronSchedule(cron, timezone);
    const tickMs = times.latest(schedule.dueMs!, nowMs);
    const event = tickEvent(schedule, tickMs, nowMs);
    const runId = runIdFor({ id: event.id, isNamed: true }, functionId, random, clock);
    return { schedule, nextMs: times.nextAfter(nowMs), start: { event, runId } };
  } catch (unreadable) {
    // Another worker's runtime may know the zone. It must not be asked for again and again here.
    warnOnce(
      `schedule ${functionId} ${cron} ${timezone}`,
      `the schedule "${cron}" (${timezone}) of ${functionId} cannot be read here, and stands still until its app is started again: ${textOfThrown(unreadable)}`,
    );
    return { schedule, nextMs: null, start: null };
  }
}

/** D1 */
function tickEvent({ functionId, cron, context }: ScheduleRecord, tickMs: number, nowMs: number): EventRecord {
  const data: CronData = { cron, scheduledAt: new Date(tickMs) };
  return {
    id: `cron_${digest128(`${functionId} ${tickMs}`)}`,
    name: CRON_EVENT,
    data: encodeValue(data),
    user: encodeValue(undefined),
    context,
    ts: tickMs,
    version: null,
    trace: null,
    acceptedMs: nowMs,
    dueMs: nowMs,
    format: CODEC_VERSION,
  };
}
