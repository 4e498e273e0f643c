// What an app stands on: this process alone, or a store. The seam between createApp and whatever carries its runs.
import type { Clock } from "./clock.ts";
import type { ContextSchema } from "./context.ts";
import type { FunctionDefinition, FunctionSchedule } from "./function.ts";
import type { Randomness } from "./ids.ts";
import type { Outcome } from "./outcome.ts";
import type { Post } from "./post.ts";
import type { ResolvedRetryPolicy } from "./retry.ts";
import type { StepAudience } from "./step-audience.ts";
import type { UnstorablePart } from "./storable-parts.ts";
import type { RunDetails, RunFilter, RunPage, RunStatus } from "./run-details.ts";

/** An event that was checked, and is ready to be accepted. */
export interface PreparedEvent {
  readonly id: string;
  /** Whether the sender named the id, so that sending it again means the same event. */
  readonly isNamed: boolean;
  readonly name: string;
  readonly data: unknown;
  readonly user: unknown;
  readonly context: object | undefined;
  /** `undefined`: when it is accepted, or put into the outbox. */
  readonly ts: number | undefined;
  readonly version: string | undefined;
}

/** What a backend knows of its app. */
export interface BackendHost {
  readonly appName: string;
  readonly functions: () => readonly FunctionDefinition[];
  /** What a store knows the app's function with this id by. */
  readonly functionKey: (id: string) => string;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly post: Post;
  readonly audience: StepAudience;
  readonly retries: ResolvedRetryPolicy;
  readonly maxPayloadBytes: number;
  /** How many steps a run may record. */
  readonly maxSteps: number;
  readonly leaseMs: number;
  /** How long what has ended is kept; `Infinity`: for ever. */
  readonly retentionMs: number;
  readonly onMismatch: "pause" | "fail" | "ignore";
}

/** The cron triggers of a function, as they were written. */
export interface CronTriggers {
  readonly functionName: string;
  readonly triggers: readonly object[];
  readonly contextSchema: ContextSchema;
}

export interface Backend {
  start(options: { readonly concurrency: number }): Promise<void>;
  stop(options: { readonly timeoutMs: number }): Promise<void>;
  /** Accepts events: when it resolves, they are kept. */
  send(events: readonly PreparedEvent[]): Promise<void>;
  /** The same, if and only if a transaction of the sender's commits. Writes, or throws, before it returns where the transaction is synchronous. */
  post(events: readonly PreparedEvent[], tx: object): void | Promise<void>;
  /** The id that a run of this function has for this event. The same for an event that the sender named. */
  runId(definition: FunctionDefinition, event: Pick<PreparedEvent, "id" | "isNamed">): string;
  /** Starts one function with an event of its own. Settles with what the run ends with. */
  run(definition: FunctionDefinition, event: PreparedEvent, runId: string): Promise<Outcome>;
  /** The same, without waiting for its end: when it resolves, the run is kept. */
  begin(definition: FunctionDefinition, event: PreparedEvent, runId: string): Promise<void>;
  cancel(runId: string): Promise<boolean>;
  pause(runId: string): Promise<boolean>;
  resume(runId: string): Promise<boolean>;
  /** The id of a run that replays another one. */
  replayId(): string;
  /** Starts a run that takes over what another one recorded before a step, and settles with what it ends with. */
  replay(replay: {
    readonly runId: string;
    readonly newRunId: string;
    /** The number or the path of a step. None: from the start. */
    readonly from: string | undefined;
  }): Promise<Outcome>;
  /** Reads the cron triggers of a function. Throws an InvalidDefinitionError for what it cannot run by the clock. */
  schedules(triggers: CronTriggers): readonly FunctionSchedule[];
  /** The first part of an event's value that could not be kept; undefined where nothing is kept. */
  unkeepablePart(value: unknown): UnstorablePart | undefined;
  get(runId: string): Promise<RunDetails | undefined>;
  list(filter: RunFilter): Promise<RunPage>;
  /** How many runs have not ended, by what they are doing. */
  counts(): Promise<ReadonlyMap<RunStatus, number>>;
}

/** What `createApp({ store })` takes: a place for the journal, and the engine that works on it. `Tx`: what a `step.transaction` is handed. */
export interface AppStore<out Tx = any> {
  /** In types only. */
  readonly "~tx"?: Tx | undefined;
  readonly "~attach": (host: BackendHost) => Backend;
}
