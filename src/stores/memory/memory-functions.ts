// The functions that are registered and their schedules, in memory.
//
// Owns: both, and the names and limits of all that ever were. Does not own: what functions start (memory-store).
// Called by: memory-store.
import type { FunctionRecord, ScheduleRecord } from "../../durable/journal.ts";

export class MemoryFunctions {
  readonly #functions = new Map<string, FunctionRecord & { readonly app: string }>();
  readonly #schedules = new Map<string, ScheduleRecord>();
  readonly #names = new Map<string, string>();
  readonly #apps = new Map<string, string>();
  readonly #limits = new Map<string, number>();

  /** `served` are the functions of the app's live workers. */
  register(app: string, functions: readonly FunctionRecord[], served: ReadonlySet<string>): void {
    for (const [id, known] of this.#functions) if (known.app === app && !served.has(id)) this.#functions.delete(id);
    for (const definition of functions) {
      this.#functions.set(definition.id, { ...definition, app });
      this.#names.set(definition.id, definition.name);
      this.#apps.set(definition.id, app);
      this.#limits.set(definition.id, definition.concurrency ?? Infinity);
      for (const schedule of definition.schedules) this.#keep({ ...schedule, functionId: definition.id });
    }
    for (const [key, { functionId, cron, timezone }] of this.#schedules) {
      const had = this.#functions.get(functionId)?.schedules ?? [];
      if (!had.some((one) => one.cron === cron && one.timezone === timezone)) this.#schedules.delete(key);
    }
  }

  #keep(schedule: ScheduleRecord): void {
    const known = this.#schedules.get(keyOf(schedule));
    this.#schedules.set(keyOf(schedule), { ...schedule, dueMs: known?.dueMs ?? schedule.dueMs });
  }

  names(): ReadonlyMap<string, string> {
    return new Map(this.#names);
  }
  /** How many runs of a function may have an owner at once. */
  limitOf(functionId: string): number {
    return this.#limits.get(functionId) ?? Infinity;
  }
  /** Whether the app has the function, or had it. */
  isOf(app: string, functionId: string): boolean {
    return this.#apps.get(functionId) === app;
  }
  listeners(eventName: string): string[] {
    return [...this.#functions.values()].filter(({ events }) => events.includes(eventName)).map(({ id }) => id);
  }

  dueSchedules(functionIds: readonly string[], nowMs: number): readonly ScheduleRecord[] {
    return this.#scheduled(functionIds)
      .filter(({ dueMs }) => dueMs! <= nowMs)
      .toSorted((left, right) => left.dueMs! - right.dueMs! || (keyOf(left) < keyOf(right) ? -1 : 1));
  }
  nextDueMs(functionIds: readonly string[]): number | null {
    const due = this.#scheduled(functionIds).map(({ dueMs }) => dueMs!);
    return due.length === 0 ? null : Math.min(...due);
  }
  /** Whether the schedule was still due at that time. */
  moveOn(schedule: ScheduleRecord, nextMs: number | null): boolean {
    const known = this.#schedules.get(keyOf(schedule));
    if (known === undefined || known.dueMs === null || known.dueMs !== schedule.dueMs) return false;
    this.#schedules.set(keyOf(schedule), { ...known, dueMs: nextMs });
    return true;
  }

  /** Those that do not stand still. */
  #scheduled(functionIds: readonly string[]): readonly ScheduleRecord[] {
    return [...this.#schedules.values()].filter(
      ({ functionId, dueMs }) => dueMs !== null && functionIds.includes(functionId),
    );
  }
}

function keyOf({ functionId, cron, timezone }: ScheduleRecord): string {
  return JSON.stringify([functionId, cron, timezone]);
}
