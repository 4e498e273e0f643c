// PORT Store: where the journal lives. Few verbs, one parameter object each.
//
// Implemented by stores/*. Asked by the durable client, worker and group commit. Contract suite: testing/store-contract.ts.
// Every verb is atomic. A verb that rejects may have taken effect or not: whoever asked finds out with `saved`.
import type { Clock } from "../core/clock.ts";
import type { RunStatus } from "../core/run-details.ts";
import type { Share } from "./fair-share.ts";
import type { EventRecord, FunctionRecord, RunRecord, ScheduleRecord, StepRecord } from "./journal.ts";
import type { StoreClock } from "./store-clock.ts";

/** A worker process, as others see it. */
export interface WorkerRecord {
  /** Of this start of the worker. Never used again. */
  readonly incarnation: string;
  readonly app: string;
  /** Grows while the worker lives. */
  readonly beats: number;
  /** Of its process: what tells another process on the same machine whether it is gone. */
  readonly process: string;
  readonly functionIds: readonly string[];
  /** Of its code, by function: none of a function that has none. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A worker that asks for runs. */
export interface Claimant {
  readonly incarnation: string;
  readonly functionIds: readonly string[];
  /** Of its code, by function. Default: no function has one. */
  readonly versions?: Readonly<Record<string, string>> | undefined;
  /** Whether it has no run in memory. Default: it has none. */
  readonly isIdle?: boolean | undefined;
}

/** What somebody asked of a run that a worker has. */
export interface RunRequest {
  readonly runId: string;
  readonly kind: "cancel" | "pause";
}

/** What an owner writes about one run: all of it, or nothing. */
export interface RunWrite {
  readonly runId: string;
  readonly token: number;
  /** Grows with each write of an incarnation: what `saved` finds again. */
  readonly saveId: number;
  readonly records: readonly StepRecord[];
  readonly change: RunChange | null;
}

/** What a run is doing that has left memory. */
export type SuspendedStatus = "queued" | "sleeping" | "waiting" | "retrying";

/** How a run itself changes with a write. */
export type RunChange =
  /** Leaves memory until then, or until something comes that it waits for. One that was asked to pause does so now. */
  | {
      readonly kind: "suspend";
      readonly status: SuspendedStatus;
      readonly dueMs: number | null;
      /** The keys of its steps that wait for something to come: those whose waits were cut off are not woken for. */
      readonly waits: readonly string[];
    }
  /** Does not fit this worker's code. It is due for the others that have its function, and paused when none of them will have it. */
  | { readonly kind: "pause"; readonly note: string; readonly atMs: number }
  | {
      readonly kind: "end";
      readonly status: "completed" | "failed" | "cancelled";
      readonly output: string | null;
      readonly error: string | null;
      readonly atMs: number;
    }
  /** Its takeover has been written down. */
  | { readonly kind: "acknowledge" };

/**
 * `kept`: written, for good. `refused`: the run is not this owner's any more, or a record already says otherwise: nothing was
 * written. `cancelRequested`: nothing was written, because a run whose cancellation was accepted ends in no other way. `arrived`:
 * nothing was written, because a wait was to end with nothing, and what it waits for had come in time.
 */
export type WriteResult = "kept" | "refused" | "cancelRequested" | "arrived";

/** How a transaction ended: as a write does, or rolled back, because its code threw or the database did not take what it did. */
export type TransactionEnd = WriteResult | { readonly thrown: unknown };

/** An event in the outbox. When it is accepted is not known yet. */
export interface PostedEvent {
  readonly event: Omit<EventRecord, "acceptedMs" | "dueMs">;
  /** Whether the sender named the id. */
  readonly isNamed: boolean;
}

/** Something that a step waits for, and that has come. */
export interface Arrival {
  readonly runId: string;
  /** The step's. */
  readonly key: string;
  /** The event's id, or the run's. */
  readonly source: string;
  /** When it came. */
  readonly dueMs: number;
  /** For an event. */
  readonly event: EventRecord | null;
  /** For a run that has ended. */
  readonly run: RunRecord | null;
}

export interface ClaimedRun {
  readonly run: RunRecord;
  readonly event: EventRecord;
  readonly records: readonly StepRecord[];
}

/** All that a worker asks for again and again, as of one moment. */
export interface Look {
  /** What became of each event, where it was to accept some. */
  readonly accepted?: readonly AcceptedEvent[];
  /** Whether it has not been buried. */
  readonly isAlive: boolean;
  readonly claimed: readonly ClaimedRun[];
  readonly workers: readonly WorkerRecord[];
  readonly requests: readonly RunRequest[];
  readonly arrivals: readonly Arrival[];
  readonly dueSchedules: readonly ScheduleRecord[];
  readonly nextDueMs: number | null;
  /** Whether there is anything in the outbox. */
  readonly hasPosted: boolean;
  /** What the store's clock showed between question and answer: of a store that has one (`clockOver`), always. */
  readonly nowMs?: number;
}

export interface AcceptedEvent {
  readonly eventId: string;
  /** `conflict`: this id was accepted before with other data; nothing was kept. */
  readonly result: "accepted" | "duplicate" | "conflict";
  /** The runs of this event, new or old. */
  readonly runs: readonly { readonly id: string; readonly functionId: string }[];
}

/** What a due schedule comes to. */
export interface ScheduleTick {
  /** As `dueSchedules` gave it. */
  readonly schedule: ScheduleRecord;
  /** When it ticks next. `null`: it stands still. */
  readonly nextMs: number | null;
  /** The run of its function that it starts. */
  readonly start: { readonly event: EventRecord; readonly runId: string } | null;
}

export interface RunFilter {
  readonly eventId?: string | undefined;
  readonly functionId?: string | undefined;
  readonly status?: RunStatus | undefined;
  readonly limit: number;
  /** The position of the last run of the page before. */
  readonly before?: number | undefined;
}

export interface Store {
  /** Opens and migrates. Asked again, it does nothing. Rejects with what a user can act on. */
  open(): Promise<void>;
  close(): Promise<void>;
  /**
   * The time of the store, over the clock of a process: of a store that several machines share. All who use it reckon every time that is
   * kept here by it. A store of one machine has no such verb: its processes share a wall.
   */
  clockOver?(host: Clock): StoreClock;

  /** A worker begins. It may claim from here on. */
  enterWorker(worker: WorkerRecord): Promise<void>;
  /** A worker ends. What it still owns is the next to be claimed, and was not taken from anyone. */
  leaveWorker(worker: { readonly incarnation: string }): Promise<void>;
  /** Shows that the worker lives. False: it was declared dead, and owns nothing any more. */
  beat(worker: { readonly incarnation: string }): Promise<boolean>;
  workers(): Promise<readonly WorkerRecord[]>;
  /**
   * Declares a worker dead: its runs are free and the next to be claimed, their tokens void, and each remembers whom it was taken
   * from. One that came to no outcome since that worker claimed it counts a death, which may put it aside (`afterDeath`).
   */
  buryWorker(worker: {
    readonly incarnation: string;
    readonly description: string;
    readonly nowMs: number;
  }): Promise<void>;

  /**
   * Makes an app's functions and their schedules known. Functions of the app that are neither here nor with a live worker are
   * forgotten, and so is each schedule that its function no longer has. One that is known keeps its due time, unless it stands still.
   *
   * The limit of a function (`concurrency`) is what it was registered with last, by whatever process; it outlasts the function.
   */
  register(functions: { readonly app: string; readonly functions: readonly FunctionRecord[] }): Promise<void>;
  /**
   * Accepts events, and starts what they start: a run for each registered function that listens to the event's name, or for the
   * one function that is named. An id that was accepted before starts nothing again.
   */
  accept(events: {
    readonly events: readonly EventRecord[];
    /** Instead of the functions that listen. */
    readonly functionId?: string | undefined;
    readonly runId: (event: EventRecord, functionId: string) => string;
  }): Promise<readonly AcceptedEvent[]>;

  /** The schedules of these functions that are due, the first to be due first. */
  dueSchedules(functions: {
    readonly functionIds: readonly string[];
    readonly nowMs: number;
  }): Promise<readonly ScheduleRecord[]>;
  /**
   * Moves schedules on, and starts what they start: their event is accepted for the one function. A schedule that is not due at
   * that time any more, or is forgotten, is left alone and starts nothing: another worker was first. Gives which moved.
   */
  tick(ticks: { readonly ticks: readonly ScheduleTick[] }): Promise<readonly boolean[]>;

  /**
   * Gives due runs to a worker, with what is known of them. Their tokens grow. Of a function, the oldest come first; between
   * functions the room is shared (`fairShare`), whatever their backlogs.
   *
   * Of a function with a limit, no more runs ever have an owner than that: no two claims, of whatever workers and processes, count
   * the owned runs of one function at the same time. Where claims run side by side, each locks what it counts before it counts.
   *
   * Not given are: a run that this worker has paused; a run of another version of its function, as long as a worker lives that has
   * that one; and a suspect (`isSuspect`), except alone, and before others, to a worker that is idle.
   */
  claim(
    claim: Claimant & {
      readonly limit: number;
      readonly nowMs: number;
      /** What the worker has of the functions that it had turns of. Default: nothing of any. */
      readonly shares?: readonly Share[] | undefined;
    },
  ): Promise<readonly ClaimedRun[]>;
  /**
   * `claim`, and then `workers`, `requests`, `arrivals`, `dueSchedules` and `nextDueMs`, with a `beat` if it is asked for: for a store
   * that answers them together for little more than one of them. A limit of 0 claims nothing.
   */
  look?(
    look: Parameters<Store["claim"]>[0] & {
      readonly isBeating: boolean;
      /** `accept`, before all else. */
      readonly accepting?: Parameters<Store["accept"]>[0] | undefined;
    },
  ): Promise<Look>;
  /**
   * Calls when there may be something to do that another process made: soon, mostly. Whoever relies on it asks all the same, now and
   * then. Gives what ends it.
   */
  watch?(wake: () => void): () => void;
  /** Frees what this worker has, besides these runs: it was given to it by a claim of which it never heard. */
  release(worker: { readonly incarnation: string; readonly runIds: readonly string[] }): Promise<void>;
  /**
   * When the next run wants this worker, or the next schedule of its functions is due. The runs of a function that has as many at
   * work as it may want nobody before one of them leaves.
   */
  nextDueMs(worker: Claimant): Promise<number | null>;
  /** Paused runs of these functions are due again, unless somebody asked for their pause: their code may fit now. */
  offerPaused(functions: { readonly functionIds: readonly string[]; readonly nowMs: number }): Promise<void>;

  /**
   * Writes for many runs in one transaction. A write that is refused leaves other runs alone; the later ones of its own run are
   * refused with it, so that what is kept of a run is always all up to some write. Results are in the writes' order.
   */
  commit(commit: {
    readonly incarnation: string;
    readonly writes: readonly RunWrite[];
  }): Promise<readonly WriteResult[]>;
  /**
   * Runs code in a transaction of the store's own database, and writes what came of it in the same one: the code's effect is kept if
   * and only if the write is. A store that has no such transactions has no such verb.
   *
   * `alone` is awaited before anything is locked that another write of the run may need, and before `write` is asked: no other
   * write of the run is on its way then. `write` is asked for once, with what `body` gave, after the body has ended; what either
   * throws is `thrown`. Rejects when it is not known what became of it, or when it could not be begun: nobody is to blame but the store.
   */
  transact?(transaction: {
    readonly incarnation: string;
    readonly alone: () => Promise<void>;
    readonly body: (tx: unknown) => unknown;
    readonly write: (value: unknown) => RunWrite;
  }): Promise<TransactionEnd>;
  /**
   * Writes events into the outbox, through a transaction of the sender's on the store's own database: they are there if and only if it
   * commits. Where the transaction is synchronous, it is done, or throws, before it returns. Only of stores with such transactions.
   */
  post?(posting: { readonly tx: object; readonly events: readonly PostedEvent[] }): void | Promise<void>;
  /** Takes the oldest events out of the outbox, and accepts them, as `accept` does. Gives what became of each. */
  acceptPosted?(posted: {
    readonly limit: number;
    readonly nowMs: number;
    readonly runId: (event: EventRecord, functionId: string, isNamed: boolean) => string;
  }): Promise<readonly AcceptedEvent[]>;
  /** The last save of this incarnation that each run has kept; 0 if none, or if the run has another owner since. */
  saved(runs: { readonly incarnation: string; readonly runIds: readonly string[] }): Promise<readonly number[]>;

  /**
   * What has come by now for the waits of this worker's runs, the first to come first.
   *
   * A wait is for what was accepted since its run was, without the event that started it and without what an earlier wait of the
   * run ended with. It is registered by a record in the state `waiting`, and over with the next record of its step, or the run's end.
   */
  arrivals(worker: { readonly incarnation: string; readonly nowMs: number }): Promise<readonly Arrival[]>;

  /** Asks a run to end. False: it has ended, or there is none. Once true, the run ends as cancelled. */
  requestCancel(run: { readonly runId: string; readonly nowMs: number }): Promise<boolean>;
  /**
   * Asks a run to stand still until it is resumed. False: it has ended, is to end, or there is none. True: it stands still, or
   * does so as soon as it leaves memory.
   */
  requestPause(run: { readonly runId: string; readonly note: string }): Promise<boolean>;
  /** A run that is paused or quarantined, or is to be, goes on as if nothing had been. False: it is neither. */
  resume(run: { readonly runId: string; readonly nowMs: number }): Promise<boolean>;
  /** What was asked of the runs of this worker. */
  requests(worker: { readonly incarnation: string }): Promise<readonly RunRequest[]>;

  /** Starts a run of the same function and event as another one, with some of its records. False: there is no such run. */
  replay(run: {
    readonly runId: string;
    readonly newRunId: string;
    /** Of records that have ended or settled. */
    readonly keys: readonly string[];
    readonly nowMs: number;
  }): Promise<boolean>;
  /**
   * Removes runs of an app that ended before then, and events that were due before then. Not removed are: a run for whose end
   * something waits, an event of a run that is kept, and an event that came after the one of a run that lives, which may still read
   * it. Gives how many of both; fewer than `limit` when nothing is left to remove.
   */
  prune(old: { readonly app: string; readonly beforeMs: number; readonly limit: number }): Promise<number>;

  run(run: { readonly id: string }): Promise<{ readonly run: RunRecord; readonly event: EventRecord } | undefined>;
  /** What is known of a run's steps. */
  records(run: { readonly id: string }): Promise<readonly StepRecord[]>;
  /** The name of each function that is or was registered. */
  functionNames(): Promise<ReadonlyMap<string, string>>;
  /** Newest first. */
  runs(filter: RunFilter): Promise<readonly { readonly run: RunRecord; readonly event: EventRecord }[]>;
  /** How many runs have not ended, by what they are doing; of all apps that share the store. */
  counts(): Promise<ReadonlyMap<RunStatus, number>>;
}
