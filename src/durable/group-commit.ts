// Gathers the writes of many runs into one commit.
//
// Owns: writes that are not known to be kept yet. Does not own: what they mean for a run (durable-engine).
// Called by: the engines of one worker.
//   G1. While one commit is in flight, the next batch gathers; when idle, it is flushed at the end of the turn.
//   G2. A save is not the step: when a commit fails or its result is unknown, the save is read back and tried again, never the body.
//   G3. A write that fails never fails its neighbours.
import type { Clock } from "../core/clock.ts";
import { warnOnce } from "../core/warning.ts";
import type { RunWrite, Store, WriteResult } from "./store.ts";

const MOST_WRITES = 500;
const MOST_BYTES = 8 * 1024 * 1024;
const FIRST_RETRY_MS = 20;
const LONGEST_RETRY_MS = 5_000;

interface Pending {
  readonly write: RunWrite;
  readonly bytes: number;
  readonly settle: (result: WriteResult) => void;
}

export class GroupCommit {
  readonly #store: Store;
  readonly #incarnation: string;
  readonly #clock: Clock;
  #gathering: Pending[] = [];
  #isFlushing = false;
  #lastSaveId = 0;
  #isClosed = false;
  #whenIdle: (() => void)[] = [];

  constructor(store: Store, incarnation: string, clock: Clock) {
    this.#store = store;
    this.#incarnation = incarnation;
    this.#clock = clock;
  }

  /** Settles once it is known what became of the write; however long the store is away. */
  save(write: Omit<RunWrite, "saveId">): Promise<WriteResult> {
    return new Promise((settle) => {
      const numbered = { ...write, saveId: ++this.#lastSaveId };
      this.#gathering.push({ write: numbered, bytes: bytesOf(numbered), settle });
      if (!this.#isFlushing) {
        this.#isFlushing = true;
        this.#clock.turn(() => void this.#flush());
      }
    });
  }

  /** Settles when nothing is on its way. */
  idle(): Promise<void> {
    return this.#isFlushing ? new Promise((resolve) => this.#whenIdle.push(resolve)) : Promise.resolve();
  }
  /** Tries nothing again from here on. Writes that are not known to be kept never settle. */
  close(): void {
    this.#isClosed = true;
  }

  async #flush(): Promise<void> {
    while (this.#gathering.length > 0 && !this.#isClosed) await this.#commit(this.#nextBatch());
    this.#isFlushing = false;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #nextBatch(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const pending of this.#gathering) {
      bytes += pending.bytes;
      if (count > 0 && (count >= MOST_WRITES || bytes > MOST_BYTES)) break;
      count++;
    }
    return this.#gathering.splice(0, count);
  }

  /** G2, G3 */
  async #commit(batch: readonly Pending[]): Promise<void> {
    let open = batch;
    for (let failures = 0; open.length > 0 && !this.#isClosed; failures++) {
      try {
        if (failures > 0) open = await this.#readBack(open);
        // After a second failure each write goes alone, so that a bad one stands alone.
        for (const part of failures > 1 ? open.map((pending) => [pending]) : [open]) {
          const results = await this.#store.commit({
            incarnation: this.#incarnation,
            writes: part.map(({ write }) => write),
          });
          part.forEach(({ settle }, place) => settle(results[place]!));
          open = open.filter((pending) => !part.includes(pending));
        }
      } catch (error) {
        if (failures >= 2)
          warnOnce(
            `save ${String(error)}`,
            `the store did not take a save, which is tried again until it does: ${String(error)}`,
          );
        await this.#pause(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
      }
    }
  }

  async #readBack(open: readonly Pending[]): Promise<readonly Pending[]> {
    const runIds = open.map(({ write }) => write.runId);
    const saved = await this.#store.saved({ incarnation: this.#incarnation, runIds });
    return open.filter(({ write, settle }, place) => {
      const isKept = saved[place]! >= write.saveId;
      if (isKept) settle("kept");
      return !isKept;
    });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.timer(ms, resolve));
  }
}

function bytesOf({ records, change }: RunWrite): number {
  let bytes = 200;
  for (const { key, value, error } of records) bytes += 200 + key.length + (value?.length ?? 0) + (error?.length ?? 0);
  return change?.kind === "end" ? bytes + (change.output?.length ?? 0) + (change.error?.length ?? 0) : bytes;
}
