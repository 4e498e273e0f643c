// Gathers the writes of many runs into one commit.
//
// Owns: writes that are not known to be kept yet. Does not own: what they mean for a run (durable-engine).
// Called by: the engines of one worker.
//   G1. While one commit is in flight, the next batch gathers; when idle, it is flushed at the end of the turn.
//   G2. A save is not the step: when a commit fails or its result is unknown, the save is read back and tried again, never the body.
//   G3. A write that fails never fails its neighbours, nor holds them up.
//   G4. The writes of one run are written in the order in which they were made.
//   G5. A transaction of a run is alone: earlier writes of the run are known to be kept by then, later ones wait until it is.
import type { Clock } from "../core/clock.ts";
import { warnOnce } from "../core/warning.ts";
import { never } from "../internal/never.ts";
import { closesWait, type StepRecord } from "./journal.ts";
import type { RunWrite, Store, TransactionEnd, WriteResult } from "./store.ts";

/** So that a store that works elsewhere keeps some while the code behind others goes on, and no call of it is long. */
const MOST_WRITES = 128;
const MOST_BYTES = 8 * 1024 * 1024;
const FIRST_RETRY_MS = 20;
const LONGEST_RETRY_MS = 5_000;
/** A store that took none of so many runs' writes is away; more of them need not be tried now. */
const RUNS_TRIED_ALONE = 3;

interface Pending {
  readonly write: RunWrite;
  readonly bytes: number;
  readonly settle: (result: WriteResult) => void;
  /** Told after it was settled. */
  onKnown?: () => void;
  /** `sent`: it may have been kept, though the commit with it failed. `known`: it is known what became of it. */
  state: "new" | "sent" | "known";
}

/** What a transaction runs, and what is written with it. */
interface RunTransaction {
  readonly body: (tx: unknown) => unknown;
  readonly write: (value: unknown) => Omit<RunWrite, "saveId">;
}

/** A run that is alone with its transaction. */
interface Alone {
  /** Writes of it that wait. */
  readonly waiting: Pending[];
  readonly over: Promise<void>;
  readonly end: () => void;
}

export class GroupCommit {
  readonly #store: Store;
  readonly #incarnation: string;
  readonly #clock: Clock;
  #queue: Pending[] = [];
  /** Writes of runs that the store does not take though it takes others'. They are tried alone. */
  readonly #suspects = new Map<string, Pending[]>();
  /** Runs that are being written for by a transaction. */
  readonly #alone = new Map<string, Alone>();
  /** It is known what became of them, and not told yet. */
  #answered: { readonly pending: Pending; readonly result: WriteResult }[] = [];
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
      const pending = { write: numbered, bytes: bytesOf(numbered), settle, state: "new" as const };
      const suspect = this.#alone.get(write.runId)?.waiting ?? this.#suspects.get(write.runId);
      if (suspect !== undefined) suspect.push(pending); // G4
      else {
        this.#queue.push(pending);
        this.#flushSoon();
      }
    });
  }

  get hasTransactions(): boolean {
    return this.#store.transact !== undefined;
  }

  /**
   * Runs code in a transaction with what is written of it. Settles once it is known what became of it. Whatever is not kept for the
   * store's sake alone is tried again, code and all: nothing of it has happened then (G2).
   */
  async transact(
    runId: string,
    { body, write }: RunTransaction,
  ): Promise<{ readonly end: TransactionEnd; readonly records: readonly StepRecord[] }> {
    const sent: RunWrite[] = [];
    for (let failures = 0; ;) {
      let alone: Alone | undefined;
      try {
        const end = await this.#store.transact!({
          incarnation: this.#incarnation,
          alone: async () => {
            alone ??= await this.#aloneWith(runId);
          },
          body,
          write: (value) => {
            const numbered = { ...write(value), saveId: ++this.#lastSaveId };
            sent.push(numbered);
            return numbered;
          },
        });
        if (end !== "refused") return { end, records: sent.at(-1)?.records ?? [] };
        const kept = await this.#keptOf(runId, sent.slice(0, -1));
        return kept === undefined ? { end, records: [] } : { end: "kept", records: kept.records };
      } catch (cause) {
        if (++failures > 2) warnOfTrouble({ cause });
        const kept = await this.#keptOf(runId, sent);
        if (kept !== undefined) return { end: "kept", records: kept.records };
        await new Promise<void>((resolve) => void this.#clock.timer(pauseMs(failures), resolve));
        if (this.#isClosed) return never();
      } finally {
        if (alone !== undefined) this.#notAlone(runId, alone);
      }
    }
  }

  /** Which of the writes of transactions that may have been kept was. However long the store is away. */
  async #keptOf(runId: string, sent: readonly RunWrite[]): Promise<RunWrite | undefined> {
    if (sent.length === 0) return undefined;
    for (let failures = 1; !this.#isClosed; failures++) {
      try {
        const [saved] = await this.#store.saved({ incarnation: this.#incarnation, runIds: [runId] });
        return sent.find(({ saveId }) => saveId === saved);
      } catch (cause) {
        if (failures > 2) warnOfTrouble({ cause });
        await new Promise<void>((resolve) => void this.#clock.timer(pauseMs(failures), resolve));
      }
    }
    return never();
  }

  /** G5 */
  async #aloneWith(runId: string): Promise<Alone> {
    for (let other = this.#alone.get(runId); other !== undefined; other = this.#alone.get(runId)) await other.over;
    let end = (): void => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const alone = { waiting: [], over, end };
    this.#alone.set(runId, alone);
    for (;;) {
      const own = [...this.#queue, ...(this.#suspects.get(runId) ?? [])].filter(({ write }) => write.runId === runId);
      const last = own.findLast(({ state }) => state !== "known");
      if (last === undefined) return alone;
      await new Promise<void>((resolve) => {
        last.onKnown = resolve;
      });
    }
  }

  #notAlone(runId: string, { waiting, end }: Alone): void {
    this.#alone.delete(runId);
    const suspect = this.#suspects.get(runId);
    if (suspect !== undefined) suspect.push(...waiting);
    else if (waiting.length > 0) {
      this.#queue.push(...waiting);
      this.#flushSoon();
    }
    end();
    this.#tellIfIdle();
  }

  /** Settles when nothing is on its way. */
  idle(): Promise<void> {
    return this.#isIdle ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve));
  }
  /** Tries nothing again from here on. Writes that are not known to be kept never settle. */
  close(): void {
    this.#isClosed = true;
  }

  get #isIdle(): boolean {
    return !this.#isFlushing && this.#suspects.size === 0 && this.#alone.size === 0;
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    this.#clock.turn(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    let failures = 0;
    while (this.#queue.length > 0 && !this.#isClosed) {
      const batch = this.#nextBatch();
      // A batch that fails twice is tried run by run, so that a bad one stands alone.
      const committing = failures < 2 ? this.#commit(batch) : this.#commitAlone(batch);
      this.#tell(); // the store is at work on the next when the code behind the last goes on
      const error = await committing;
      this.#queue = this.#queue.filter(({ state }) => state !== "known");
      if (error === undefined) failures = 0;
      else {
        this.#tell();
        if (++failures > 2) warnOfTrouble(error);
        await new Promise<void>((resolve) => void this.#clock.timer(pauseMs(failures), resolve));
      }
    }
    this.#isFlushing = false;
    this.#tell();
    this.#tellIfIdle();
  }

  /** Tells what has become of writes. */
  #tell(): void {
    const told = this.#answered;
    this.#answered = [];
    for (const { pending, result } of told) {
      pending.settle(result);
      pending.onKnown?.();
    }
  }
  #tellIfIdle(): void {
    if (this.#isIdle) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #nextBatch(): readonly Pending[] {
    let bytes = 0;
    let count = 0;
    for (const pending of this.#queue) {
      bytes += pending.bytes;
      if (count > 0 && (count >= MOST_WRITES || bytes > MOST_BYTES)) break;
      count++;
    }
    return this.#queue.slice(0, count);
  }

  /** G2: writes some. Gives what went wrong; what is not known then is still to be tried again. */
  async #commit(batch: readonly Pending[]): Promise<{ readonly cause: unknown } | undefined> {
    try {
      await this.#readBack(batch.filter(({ state }) => state === "sent"));
      this.#refuseOutlived(batch);
      const open = batch.filter(({ state }) => state !== "known");
      if (open.length === 0) return undefined;
      for (const pending of open) pending.state = "sent";
      const writes = open.map(({ write }) => write);
      const results = await this.#store.commit({ incarnation: this.#incarnation, writes });
      open.forEach((pending, place) => this.#answer(pending, results[place]!));
      return undefined;
    } catch (cause) {
      return { cause };
    }
  }

  /** A store keeps the writes of a run in their order: where a later one was kept, the earlier ones were. */
  async #readBack(sent: readonly Pending[]): Promise<void> {
    if (sent.length === 0) return;
    const runIds = sent.map(({ write }) => write.runId);
    const saved = await this.#store.saved({ incarnation: this.#incarnation, runIds });
    sent.forEach((pending, place) => {
      const { saveId, change, records } = pending.write;
      if (saved[place]! < saveId) return;
      const isLast = saved[place] === saveId;
      // One that the store turns down does not hold up those behind it: that they were kept says nothing of it.
      if (!isLast && change?.kind === "end") this.#answer(pending, "cancelRequested");
      else if (isLast || !records.some(closesWait)) this.#answer(pending, "kept");
    });
  }

  /** G3: each run by itself. Where some are taken, those that are not are suspects; where none is, the store is away. */
  async #commitAlone(batch: readonly Pending[]): Promise<{ readonly cause: unknown } | undefined> {
    const runIds = [...new Set(batch.map(({ write }) => write.runId))];
    const refused: { readonly runId: string; readonly error: { readonly cause: unknown } }[] = [];
    let taken = 0;
    for (const runId of runIds) {
      const error = await this.#commit(batch.filter(({ write }) => write.runId === runId));
      if (error === undefined) taken++;
      else refused.push({ runId, error });
      if (taken === 0 && refused.length === RUNS_TRIED_ALONE) break;
    }
    for (const { runId, error } of refused) {
      const writes = this.#takeOff(runId);
      if (taken > 0) this.#suspect(runId, writes, 1, error);
      else this.#queue.push(...writes); // others are the first to be tried next time
    }
    return taken > 0 ? undefined : refused[0]?.error;
  }

  /**
   * The run was claimed again since: such a write was kept, or never will be. Sent along, it would take those of the new claim with
   * it, as the later writes of a run are refused with an earlier one.
   */
  #refuseOutlived(batch: readonly Pending[]): void {
    const tokens = new Map<string, number>();
    for (const { write } of batch) tokens.set(write.runId, Math.max(write.token, tokens.get(write.runId) ?? 0));
    for (const pending of batch)
      if (pending.state !== "known" && pending.write.token < tokens.get(pending.write.runId)!)
        this.#answer(pending, "refused");
  }

  #answer(pending: Pending, result: WriteResult): void {
    pending.state = "known";
    this.#answered.push({ pending, result });
  }

  #takeOff(runId: string): readonly Pending[] {
    const taken = this.#queue.filter(({ write }) => write.runId === runId);
    this.#queue = this.#queue.filter(({ write }) => write.runId !== runId);
    return taken;
  }

  #suspect(runId: string, writes: readonly Pending[], failures: number, error: { readonly cause: unknown }): void {
    warnOfTrouble(error);
    this.#suspects.set(runId, [...writes]);
    this.#clock.timer(pauseMs(failures), () => void this.#tryAgain(runId, failures));
  }

  async #tryAgain(runId: string, failures: number): Promise<void> {
    const writes = this.#suspects.get(runId)!;
    if (this.#isClosed) return;
    const error = await this.#commit([...writes]);
    this.#tell();
    const open = writes.filter(({ state }) => state !== "known");
    this.#suspects.delete(runId);
    if (error !== undefined) return this.#suspect(runId, open, failures + 1, error);
    this.#queue.push(...open);
    if (open.length > 0) this.#flushSoon();
    this.#tellIfIdle();
  }
}

function pauseMs(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20));
}

function warnOfTrouble({ cause }: { readonly cause: unknown }): void {
  warnOnce(
    `save ${String(cause)}`,
    `the store did not take a save, which is tried again until it does: ${String(cause)}`,
  );
}

function bytesOf({ records, change }: RunWrite): number {
  let bytes = 200;
  for (const { key, value, error } of records) bytes += 200 + key.length + (value?.length ?? 0) + (error?.length ?? 0);
  return change?.kind === "end" ? bytes + (change.output?.length ?? 0) + (change.error?.length ?? 0) : bytes;
}
