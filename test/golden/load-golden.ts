// Brings the first entries of a golden journal into a store, through its port: as the version that wrote them did, until it was killed.
import type { Store, WorkerRecord } from "../../src/durable/store.ts";
import type { GoldenEntry, GoldenJournal } from "./golden-journal.ts";

const WRITER = "worker_of_the_golden_journal";

/** Loads so many entries. Rejects if this version's store does not take one as it was taken then. */
export async function loadGolden(store: Store, { entries }: GoldenJournal, count: number): Promise<void> {
  const runs = entries.flatMap((entry) => (entry.entry === "accept" ? entry.runs : []));
  const functionIds = [...new Set(runs.map(({ functionId }) => functionId))];
  const worker: WorkerRecord = {
    incarnation: WRITER,
    app: "canonical",
    beats: 0,
    process: "elsewhere",
    functionIds,
    versions: {},
  };
  await store.open();
  await store.enterWorker(worker);
  const loader = new Loader(store, functionIds);
  for (const [place, entry] of entries.slice(0, count).entries()) await loader.load(entry, place);
  const nowMs = entries[count - 1]?.atMs ?? 0;
  await store.buryWorker({ incarnation: WRITER, description: "a process of an earlier version", nowMs });
}

class Loader {
  readonly #store: Store;
  readonly #functionIds: readonly string[];
  readonly #tokens = new Map<string, number>();
  #saveId = 0;

  constructor(store: Store, functionIds: readonly string[]) {
    this.#store = store;
    this.#functionIds = functionIds;
  }

  async load(entry: GoldenEntry, place: number): Promise<void> {
    switch (entry.entry) {
      case "accept":
        return this.#accept(entry);
      case "cancel":
        return void (await this.#store.requestCancel({ runId: entry.runId, nowMs: entry.atMs }));
      case "write":
        return this.#write(entry, place);
    }
  }

  /** Which functions listened is not asked again: each run is of the function that it was of. */
  async #accept({ events, runs }: GoldenEntry & { entry: "accept" }): Promise<void> {
    await this.#store.accept({ events, runId: () => "none" });
    for (const { eventId, functionId, id } of runs) {
      const started = events.filter((event) => event.id === eventId);
      await this.#store.accept({ events: started, functionId, runId: () => id });
    }
  }

  async #write({ runId, records, change }: GoldenEntry & { entry: "write" }, place: number): Promise<void> {
    if (!this.#tokens.has(runId)) await this.#claim();
    const token = this.#tokens.get(runId) ?? 0;
    const writes = [{ runId, token, saveId: ++this.#saveId, records, change }];
    const [result] = await this.#store.commit({ incarnation: WRITER, writes });
    if (result !== "kept")
      throw new Error(`entry ${place + 1} was kept by the version that wrote it, and is ${result} now`);
    if (change !== null && change.kind !== "acknowledge") this.#tokens.delete(runId); // it has no owner any more
  }

  /** All that is free, whenever it is due: the version that wrote had its turn then. */
  async #claim(): Promise<void> {
    const claimed = await this.#store.claim({
      incarnation: WRITER,
      functionIds: this.#functionIds,
      limit: 100,
      nowMs: Number.MAX_SAFE_INTEGER,
    });
    for (const { run } of claimed) this.#tokens.set(run.id, run.token);
  }
}
