// The owner of a run over a journal that a test holds: what a durable engine is given, and what it was asked for.
//
// Owns: what was recorded, and what was heard of the run. Does not own: the engine, or the code of the run.
// Called by: tests of the durable engine.
import type { Clock } from "../core/clock.ts";
import { DurableEngine } from "../durable/durable-engine.ts";
import type { RunKeeper } from "../durable/run-keeper.ts";
import { RunHistory } from "../durable/journal-fold.ts";
import type { StepRecord } from "../durable/journal.ts";
import { RecordMaker } from "../durable/record-maker.ts";
import type { RunChange, WriteResult } from "../durable/store.ts";
import type { EngineSeat } from "./engine-case.ts";

const MOST_BYTES = 4_000_000;

/** A keeper that keeps every save, until the test has it do otherwise. */
export class RunOwner implements RunKeeper {
  clock!: Clock;
  engine!: DurableEngine;
  isTakeover = false;
  /** Set: some body may be in the middle of something other than a step, whatever the run says. */
  isAlwaysBusy = false;
  #isBusy = (): boolean => false;

  /** All that it was asked to save, in this order. */
  readonly writes: { readonly records: readonly StepRecord[]; readonly change: RunChange | null }[] = [];
  /** While set, saves wait here until the test answers them. */
  held: ((result: WriteResult) => void)[] | undefined;
  answer: WriteResult = "kept";
  /** Whether it goes on where code does not fit what was recorded. */
  goesOn = false;
  readonly #byKey = new Map<string, StepRecord>();

  readonly mismatches: string[] = [];
  readonly broken: string[] = [];
  losses = 0;
  looks = 0;
  waits = 0;
  cancellationsDue = 0;

  /** Of a run that has recorded this. */
  constructor(records: readonly StepRecord[] = []) {
    for (const record of records) this.#byKey.set(record.key, record);
  }

  /** As a case of the engine's contract makes one. */
  readonly newEngine = ({ clock, isBusy }: EngineSeat): DurableEngine => {
    this.clock = clock;
    this.#isBusy = isBusy;
    const history = new RunHistory(this.records);
    this.engine = new DurableEngine(history, new RecordMaker(clock, MOST_BYTES, history), this);
    return this.engine;
  };

  /** The last of each key, as a store would give them to the next owner. */
  get records(): readonly StepRecord[] {
    return [...this.#byKey.values()];
  }
  /** What was saved, in short: `Charge ended`, `end completed`. */
  get saved(): readonly string[] {
    return this.writes.flatMap(({ records, change }) => [
      ...records.map(({ key, state }) => `${key} ${state}`),
      ...(change === null ? [] : [`${change.kind} ${"status" in change ? change.status : ""}`]),
    ]);
  }

  async lookForArrivals(): Promise<void> {
    this.looks++;
  }

  async save(records: readonly StepRecord[], change: RunChange | null): Promise<WriteResult> {
    this.writes.push({ records, change });
    const { held } = this;
    const result = held === undefined ? this.answer : await new Promise<WriteResult>((resolve) => held.push(resolve));
    if (result === "kept") for (const record of records) this.#byKey.set(record.key, record);
    return result;
  }
  /** Answers all saves that wait, first come, first served; later ones are answered at once. */
  letGo(result: WriteResult = "kept"): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const answer of held) answer(result);
  }

  isBusy(): boolean {
    return this.isAlwaysBusy || this.#isBusy();
  }
  onLost(): void {
    this.losses++;
  }
  onMismatch(text: string): boolean {
    this.mismatches.push(text);
    return this.goesOn;
  }
  onBroken(text: string): void {
    this.broken.push(text);
  }
  async onCaughtUp(): Promise<void> {}
  onWait(): void {
    this.waits++;
  }
  onCancelDue(): void {
    this.cancellationsDue++;
  }
}
