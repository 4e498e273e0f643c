// One run on a SQLite file in two passes through its code: until it sleeps, and again by a new app on the file, from the start.
import type { RunDetails, StepTools } from "../../src/index.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { passUntilStatus, passUntilSettled, virtualApp } from "./virtual-time.ts";

/** What code saw of a step. */
export type Seen =
  | { readonly value: unknown; readonly handled?: unknown }
  | { readonly error: unknown; readonly handled?: unknown };

/** What one pass through the code saw, and which bodies ran in it. */
export class Pass {
  readonly seen: Seen[] = [];
  readonly #calls = new Map<number, number>();
  hasEnded = false;

  called(place: number): void {
    this.#calls.set(place, this.calls(place) + 1);
  }
  calls(place: number): number {
    return this.#calls.get(place) ?? 0;
  }
  get bodies(): number {
    return this.#calls.size;
  }
  /** Awaits a step, and notes what comes of it. */
  async see(step: PromiseLike<unknown>): Promise<void> {
    try {
      this.seen.push({ value: await step });
    } catch (error) {
      this.seen.push({ error });
    }
  }
}

/** The code of the run: plain async, or an async generator. */
export type PassCode =
  | { readonly async: (step: StepTools, pass: Pass) => Promise<void> }
  | { readonly generator: (step: StepTools, pass: Pass) => AsyncGenerator<unknown, void, any> };

const MONTH_MS = 30 * 24 * 3_600_000;

function appOf(path: string, clock: ManualClock, code: PassCode, pass: Pass) {
  const app = virtualApp(new SqliteStore({ path, synchronous: "normal" }), clock, { maxPayload: "64mb" });
  const options = { name: "Hand out" };
  const trigger = { event: "hand out" };
  const handOut =
    "async" in code
      ? app.createFunction(options, trigger, async ({ step }): Promise<void> => {
          await code.async(step, pass);
          await step.sleep("until told", MONTH_MS);
          pass.hasEnded = true;
        })
      : app.createFunction(options, trigger, async function* ({ step }): AsyncGenerator<unknown, void, any> {
          yield* code.generator(step, pass);
          yield* step.sleep("until told", MONTH_MS);
          pass.hasEnded = true;
        });
  return { app, handOut };
}

/** The second pass replays what the first one recorded, and goes on to the end. */
export async function twoPasses(
  path: string,
  code: PassCode,
): Promise<{ readonly first: Pass; readonly replay: Pass; readonly details: RunDetails }> {
  const clock = new ManualClock();
  const first = new Pass();
  const { app, handOut } = appOf(path, clock, code, first);
  await app.start();
  const { id } = app.run(handOut, { data: null });
  await passUntilStatus(app, clock, id, "sleeping");
  await passUntilSettled(clock, app.stop());

  const laterClock = new ManualClock(clock.now() + MONTH_MS + 1);
  const replay = new Pass();
  const { app: later } = appOf(path, laterClock, code, replay);
  await later.start();
  await passUntilStatus(later, laterClock, id, "completed");
  const details = (await later.runs.get(id))!;
  await passUntilSettled(laterClock, later.stop());
  return { first, replay, details };
}
