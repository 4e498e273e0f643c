// Records to the history of a run: what a replay hands out, and what it goes on with. Pure.
//
// Owns: what is known of one run, as of its last save. Does not own: how it is written or read.
// Called by: durable-engine, record-maker, run-tree.
import { ancestorKeys, handlerKey } from "../core/step-key.ts";
import { CANCEL_KEY, assertMayFollow, isRunNote, type StepRecord } from "./journal.ts";

/** What is known of a run, by step. */
export class RunHistory {
  readonly #recordsByKey = new Map<string, StepRecord>();
  /** Of steps that have some record below them: the last sequence number there, 0 for none. */
  readonly #lastBelow = new Map<string, number>();
  #sequence = 0;

  constructor(records: readonly StepRecord[]) {
    for (const record of records) this.#keep(record);
  }

  /** Adds what has just been committed. */
  add(record: StepRecord): void {
    assertMayFollow(this.#recordsByKey.get(record.key)?.state, record.state, record.key);
    this.#keep(record);
  }

  /** What a replay sees of a step. */
  record(key: string): StepRecord | undefined {
    const record = this.#recordsByKey.get(key);
    return record?.state === "cancelled" ? undefined : record;
  }
  has(key: string): boolean {
    return this.#recordsByKey.has(key);
  }
  records(): IterableIterator<StepRecord> {
    return this.#recordsByKey.values();
  }
  /** Whether something is known of a substep, so that the step's body had been entered. */
  isEntered(key: string): boolean {
    return this.#lastBelow.has(key);
  }
  /** Whether the step's last attempt had come to an outcome below it, so that the attempt had begun. */
  isEnteredSince({ key, sequence }: StepRecord): boolean {
    return (this.#lastBelow.get(key) ?? 0) > (sequence ?? 0);
  }
  get cancellation(): StepRecord | undefined {
    return this.#recordsByKey.get(CANCEL_KEY);
  }
  nextSequence(): number {
    return ++this.#sequence;
  }

  /**
   * The sequence numbers that code must come by when it is run again from the start, ascending.
   *
   * Not: what lies under a step that has its outcome, or whose body has settled (neither body is entered again); nor what
   * was recorded before a step around it was tried again (another attempt may go another way).
   */
  required(): number[] {
    const required: number[] = [];
    for (const record of this.#recordsByKey.values()) {
      if (record.state !== "ended" || record.sequence === null) continue;
      if (record.key === CANCEL_KEY || this.#isOnThePath(record)) required.push(record.sequence);
    }
    return required.toSorted((left, right) => left - right);
  }

  /**
   * The keys of the steps that had begun and have no outcome, where code must ask for them when it is run again from the start.
   *
   * Not: those that are not on the way (as above), and those that have no place themselves below a step that was tried again: they may
   * have begun before. Nor any, once the run was cancelled.
   */
  begun(): string[] {
    if (this.cancellation !== undefined) return [];
    return [...this.#recordsByKey.values()].filter((record) => this.#hasBegun(record)).map(({ key }) => key);
  }

  #hasBegun(record: StepRecord): boolean {
    const { key, kind, state } = record;
    if (key === "" || kind === "cancelOn" || state === "ended" || state === "cancelled") return false;
    return this.#isOnThePath(record);
  }

  #isOnThePath({ key, sequence }: StepRecord): boolean {
    for (const ancestor of [...ancestorKeys(key), ""]) {
      const around = this.#recordsByKey.get(ancestor);
      if (around === undefined) continue;
      if (around.state === "ended") return false;
      if (around.state === "settled" && !isUnder(key, handlerKey(ancestor))) return false;
      if (around.sequence !== null && around.sequence > (sequence ?? 0)) return false; // it was tried again since
    }
    return true;
  }

  #keep(record: StepRecord): void {
    this.#recordsByKey.set(record.key, record);
    if (record.sequence !== null) this.#sequence = Math.max(this.#sequence, record.sequence);
    if (record.state === "cancelled" || isRunNote(record)) return;
    if (record.key.includes("/"))
      for (const ancestor of ancestorKeys(record.key)) this.#noteBelow(ancestor, record.sequence);
    this.#noteBelow("", record.sequence);
  }
  #noteBelow(key: string, sequence: number | null): void {
    this.#lastBelow.set(key, Math.max(this.#lastBelow.get(key) ?? 0, sequence ?? 0));
  }
}

function isUnder(key: string, ancestor: string): boolean {
  return key.startsWith(`${ancestor}/`);
}
