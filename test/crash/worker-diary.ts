// What a worker's store is asked for, written down beside it: who came, who claimed which runs, what was kept and what refused.
//
// A wrapped Store port: it adds nothing to what the worker does but a slow heart.
import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Store } from "../../src/durable/store.ts";
import { machineMs } from "../machine-clock.ts";
import { wrappedStore } from "./wrapped-store.ts";

interface Entry {
  /** Whose store it was. */
  readonly life: number;
  readonly pid: number;
  /** Before the store was asked, and after it had answered, by the machine's clock. */
  readonly fromMs: number;
  readonly atMs: number;
}

type Answer =
  | { readonly kind: "entered" | "burying" | "buried"; readonly incarnation: string }
  | {
      /** `unknown`: a commit had no answer. `found`, `absent`: what was read back of it then. */
      readonly kind: "claimed" | "kept" | "refused" | "unknown" | "found" | "absent";
      readonly runs: readonly string[];
    };

export type DiaryEntry = Entry & Answer;

/**
 * SQLite answers at once, so that a worker which wakes as a zombie hears from its own heart that it was buried before it has written
 * anything. With a heart that is this slow, as one is whose store is far away, it writes first, and is refused.
 */
const SLOWEST_HEART_MS = 40;

export function diaryPath(directory: string): string {
  return join(directory, "diary.jsonl");
}

export function readDiary(directory: string): DiaryEntry[] {
  const path = diaryPath(directory);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return line === "" ? [] : [JSON.parse(line) as DiaryEntry];
      } catch {
        return []; // half of one: its writer was killed
      }
    });
}

/** The store of one process, with a diary. */
export class DiaryStore {
  readonly #store: Store;
  readonly #file: number;
  readonly #start: number;
  /** The number of the last write of each run that had no answer yet. */
  readonly #unanswered = new Map<string, number>();
  #entered = 0;

  constructor(store: Store, directory: string, start: number) {
    this.#store = store;
    this.#file = openSync(diaryPath(directory), "a");
    this.#start = start;
  }

  /** Of the worker as it is now: it changes when it begins anew. */
  get life(): number {
    return lifeNumber(this.#start, this.#entered);
  }
  close(): void {
    closeSync(this.#file);
  }

  /** The store as a worker is to have it. */
  store(): Store {
    return wrappedStore(this.#store, this.#own(this.#store));
  }

  #own(store: Store): Partial<Store> {
    return {
      beat: async (worker) => {
        await delay(Math.random() * SLOWEST_HEART_MS);
        return store.beat(worker);
      },
      enterWorker: async (worker) => {
        this.#entered++;
        const note = this.#noted();
        await store.enterWorker(worker);
        note({ kind: "entered", incarnation: worker.incarnation });
      },
      buryWorker: async (worker) => {
        const note = this.#noted();
        note({ kind: "burying", incarnation: worker.incarnation }); // it may be killed before it hears of the end
        await store.buryWorker(worker);
        note({ kind: "buried", incarnation: worker.incarnation });
      },
      look: async (look) => {
        if (look.isBeating) await delay(Math.random() * SLOWEST_HEART_MS);
        const note = this.#noted();
        const seen = await store.look!(look);
        if (seen.claimed.length > 0) note({ kind: "claimed", runs: seen.claimed.map(({ run }) => run.id) });
        return seen;
      },
      claim: async (claim) => {
        const note = this.#noted();
        const claimed = await store.claim(claim);
        if (claimed.length > 0) note({ kind: "claimed", runs: claimed.map(({ run }) => run.id) });
        return claimed;
      },
      commit: async (commit) => {
        const note = this.#noted();
        const results = await store.commit(commit).catch((error: unknown) => {
          for (const { runId, saveId } of commit.writes) this.#unanswered.set(runId, saveId);
          note({ kind: "unknown", runs: [...new Set(commit.writes.map(({ runId }) => runId))] });
          throw error;
        });
        const runsWith = (isWanted: (isRefused: boolean) => boolean): string[] =>
          commit.writes.flatMap(({ runId }, place) => (isWanted(results[place] === "refused") ? [runId] : []));
        const [kept, refused] = [runsWith((isRefused) => !isRefused), runsWith((isRefused) => isRefused)];
        if (kept.length > 0) note({ kind: "kept", runs: kept });
        if (refused.length > 0) note({ kind: "refused", runs: refused });
        return results;
      },
      saved: async (asked) => {
        const note = this.#noted();
        const saved = await store.saved(asked);
        const runs = { found: new Set<string>(), absent: new Set<string>() };
        asked.runIds.forEach((runId, place) => {
          const saveId = this.#unanswered.get(runId);
          if (saveId !== undefined) runs[saved[place]! >= saveId ? "found" : "absent"].add(runId);
        });
        for (const kind of ["found", "absent"] as const) {
          if (runs[kind].size > 0) note({ kind, runs: [...runs[kind]] });
          for (const runId of runs[kind]) this.#unanswered.delete(runId);
        }
        return saved;
      },
    };
  }

  /** What writes an entry for a call that begins now. */
  #noted(): (answer: Answer) => void {
    const written = { life: this.life, pid: process.pid, fromMs: machineMs() };
    return (answer) =>
      void writeSync(this.#file, `\n${JSON.stringify({ ...answer, ...written, atMs: machineMs() })}\n`);
  }
}

/** How often a worker may begin anew in one process, for the numbers of its lives to stay apart. */
const MOST_LIVES = 1_000;

export function lifeNumber(start: number, entered: number): number {
  return start * MOST_LIVES + entered;
}
export function startOf(life: number): number {
  return Math.floor(life / MOST_LIVES);
}
