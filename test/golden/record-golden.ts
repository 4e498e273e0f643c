// Makes the golden journal of a canonical function: it is played on a store in memory, in virtual time, with ids that count.
import type { Randomness } from "../../src/core/ids.ts";
import type { Store } from "../../src/durable/store.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { START_MS, Trace, type BodyEntry, type CanonicalFunction } from "../canonical/canonical.ts";
import { endingsIn } from "../canonical/endings.ts";
import { play, runsIn } from "../canonical/play.ts";
import type { GoldenEntry, GoldenJournal, GoldenRun } from "./golden-journal.ts";

const STACK_SETTINGS: ReadonlySet<string> = new Set(["stackTraceLimit", "prepareStackTrace"]);

export async function recordGolden(canonical: CanonicalFunction, version: string): Promise<GoldenJournal> {
  const store = new MemoryStore();
  const clock = new ManualClock(START_MS);
  const notes = new Notes(store, clock);
  const effects: string[] = [];
  const trace = new Trace((body) => void (body.role === "leaf" && effects.push(effectText(body))));
  await withoutStacks(() =>
    play({ canonical, store: notes.port, lookedAt: store, clock, trace, random: countingIds() }),
  );
  return {
    head: { name: canonical.name, version },
    entries: notes.entries,
    foot: { endings: await endingsIn(store), effects: effects.toSorted(), runs: await goldenRuns(store) },
  };
}

export function effectText({ run, path, attempt }: BodyEntry): string {
  return `${run} ${path} at attempt ${attempt}`;
}

export async function goldenRuns(store: Store): Promise<GoldenRun[]> {
  const runs: GoldenRun[] = [];
  for (const { id } of await runsIn(store)) {
    const steps = await store.records({ id });
    runs.push({
      ...(await store.run({ id }))!,
      steps: steps.toSorted((left, right) => (left.key < right.key ? -1 : 1)),
    });
  }
  return runs.toSorted((left, right) => left.run.position - right.run.position);
}

/**
 * Errors are kept with their stacks, and a stack says where this package lies: here they are without frames, and as V8 writes
 * them, whatever tool the work is done in.
 */
export async function withoutStacks<Given>(work: () => Promise<Given>): Promise<Given> {
  const kept = Object.entries(Object.getOwnPropertyDescriptors(Error)).filter(([name]) => STACK_SETTINGS.has(name));
  Object.assign(Error, { stackTraceLimit: 0, prepareStackTrace: undefined });
  try {
    return await work();
  } finally {
    Object.defineProperties(Error, Object.fromEntries(kept));
  }
}

/** Ids that count, and no jitter. */
export function countingIds(): Randomness {
  let made = 0;
  return { fraction: () => 0.5, id: (prefix) => `${prefix}_${String(++made).padStart(26, "0")}` };
}

/** A store, with all that it took written down. */
class Notes {
  readonly #store: Store;
  readonly #clock: ManualClock;
  readonly entries: GoldenEntry[] = [];
  readonly port: Store;

  constructor(store: Store, clock: ManualClock) {
    this.#store = store;
    this.#clock = clock;
    this.port = new Proxy(store, {
      get: (_target, verb) => {
        if (!(verb in store)) return undefined;
        if (verb === "accept") return (asked: never) => this.#accept(asked);
        if (verb === "commit") return (asked: never) => this.#commit(asked);
        if (verb === "requestCancel") return (asked: never) => this.#cancel(asked);
        const call = store[verb as keyof Store] as (argument: never) => Promise<unknown>;
        return (argument: never) => call.call(store, argument);
      },
    });
  }

  async #accept(asked: Parameters<Store["accept"]>[0]): ReturnType<Store["accept"]> {
    const accepted = await this.#store.accept(asked);
    const { events, functionId = null } = asked;
    const runs = accepted.flatMap(({ eventId, runs: started }) =>
      started.map((run) => ({ eventId, functionId: run.functionId, id: run.id })),
    );
    this.entries.push({ entry: "accept", atMs: this.#clock.now(), events, functionId, runs });
    return accepted;
  }

  async #commit(asked: Parameters<Store["commit"]>[0]): ReturnType<Store["commit"]> {
    const results = await this.#store.commit(asked);
    for (const [place, { runId, records, change }] of asked.writes.entries()) {
      if (results[place] === "kept")
        this.entries.push({ entry: "write", atMs: this.#clock.now(), runId, records, change });
    }
    return results;
  }

  async #cancel(asked: Parameters<Store["requestCancel"]>[0]): Promise<boolean> {
    const isAccepted = await this.#store.requestCancel(asked);
    if (isAccepted) this.entries.push({ entry: "cancel", atMs: this.#clock.now(), runId: asked.runId });
    return isAccepted;
  }
}
