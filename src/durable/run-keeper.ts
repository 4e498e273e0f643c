// What an engine over a journal needs of whoever has claimed its run. Types only.
import type { Clock } from "../core/clock.ts";
import type { StepRecord } from "./journal.ts";
import type { RunChange, SuspendedStatus, TransactionEnd, WriteResult } from "./store.ts";

/** Code, and the record of what it gave. */
export interface RecordedTransaction {
  readonly body: (tx: unknown) => unknown;
  /** Throws what keeps the code's value from being recorded. */
  readonly record: (value: unknown) => StepRecord;
}

/** How it ended, and what was written if it was kept. */
export interface TransactedRecord {
  readonly end: TransactionEnd;
  readonly records: readonly StepRecord[];
}

/** What an engine needs of whoever has claimed its run. */
export interface RunKeeper {
  readonly clock: Clock;
  /** Whether the run was taken from a worker that is gone. */
  readonly isTakeover: boolean;
  /** Writes for the run, as its owner. */
  save(records: readonly StepRecord[], change: RunChange | null): Promise<WriteResult>;
  /** Has code carried out in a transaction with a record of it. Undefined: the store has none. */
  transact?: ((transaction: RecordedTransaction) => Promise<TransactedRecord>) | undefined;
  /** Whether some body may be in the middle of something other than a step. */
  isBusy(): boolean;
  /** The run is not this worker's any more. */
  onLost(): void;
  /** The code does not fit what was recorded. True: it goes on all the same. */
  onMismatch(text: string): boolean;
  /** A step cannot be carried out, whatever the code. */
  onBroken(text: string): void;
  /** All that was recorded has been handed out. What is new begins once this has settled. */
  onCaughtUp(): Promise<void>;
  /** A wait is registered, or may be over: what has come for the run is looked up now. */
  lookForArrivals(): Promise<void>;
  /** A wait has begun or ended: the run may leave memory. */
  onWait(): void;
  /** The recorded cancellation's turn has come. */
  onCancelDue(): void;
}

/** Until when a run may leave memory, and what it is doing then. */
export interface Suspension {
  readonly status: SuspendedStatus;
  readonly dueMs: number | null;
}
