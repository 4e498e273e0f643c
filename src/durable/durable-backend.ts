// An app on a store: accepts events, starts runs, waits for them, looks at them.
//
// Owns: the store's opening, who waits for which run, and the worker of this process once it is started. Does not own: runs (worker).
// Called by: createApp.
import type { Backend, BackendHost, CronTriggers, PreparedEvent } from "../core/backend.ts";
import type { Clock } from "../core/clock.ts";
import { rememberErrorClasses } from "../core/error-codec.ts";
import { EventConflictError, RunNotFoundError } from "../core/errors.ts";
import type { FunctionDefinition, FunctionSchedule } from "../core/function.ts";
import type { Outcome } from "../core/outcome.ts";
import type { RunDetails, RunFilter, RunPage, RunStatus } from "../core/run-details.ts";
import { unstorablePart } from "../core/storable.ts";
import type { UnstorablePart } from "../core/storable-parts.ts";
import { classesIn } from "../core/step-chain.ts";
import { warnOnce } from "../core/warning.ts";
import { CODEC_VERSION } from "../core/value-codec.ts";
import { readSchedules } from "./cron-trigger.ts";
import type { EventRecord, RunRecord } from "./journal.ts";
import { scheduleRecords } from "./due-schedules.ts";
import { NO_OUTBOX, NOT_OPEN, OutboxLooks, postProblem } from "./outbox.ts";
import { encodePayload } from "./payload.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { keysBefore } from "./replay-point.ts";
import { runIdFor } from "./run-id.ts";
import { outcomeOfRun, type RunEnd } from "./run-outcome.ts";
import { runDetails, runSummary } from "./run-tree.ts";
import { traceText } from "./slice-trace.ts";
import type { StoreClock } from "./store-clock.ts";
import type { AcceptedEvent, Store } from "./store.ts";
import { PAUSE_NOTE, Worker } from "./worker.ts";

/** How often a run that another process works on is looked at, while somebody here waits for it. */
const LOOK_MS = 250;
const DEFAULT_LIMIT = 50;
const HIGHEST_LIMIT = 1_000;

/** The one run that an event is to start. */
interface Target {
  readonly functionId: string;
  readonly runId: string;
  /** By a step of another run, which waits for it. */
  readonly isInvoked: boolean;
}

type EventContent = Omit<EventRecord, "trace" | "acceptedMs" | "dueMs">;

/** No functions, which need not be registered. */
const NOTHING = { text: "", isDone: Promise.resolve() };

export class DurableBackend implements Backend {
  readonly #store: Store;
  readonly #host: BackendHost;
  /** Where the store has a time of its own. */
  readonly #storeClock: StoreClock | undefined;
  /** What durable times go by. */
  readonly #clock: Clock;
  readonly #processes: ProcessIdentity;
  /** Opens the store, and closes it when nobody else has it open. */
  readonly #hold: Pick<Store, "open" | "close">;
  readonly #waiters = new Map<string, Set<(end?: RunEnd) => void>>();
  #worker: Worker | undefined;
  #opened: Promise<void> | undefined;
  #isOpen = false;
  #registered = NOTHING;
  readonly #outbox: OutboxLooks;

  constructor(
    store: Store,
    host: BackendHost,
    processes: ProcessIdentity,
    hold: Pick<Store, "open" | "close"> = store,
  ) {
    this.#hold = hold;
    this.#store = store;
    this.#host = host;
    this.#processes = processes;
    this.#storeClock = store.clockOver?.(host.clock);
    this.#clock = this.#storeClock ?? host.clock;
    this.#outbox = new OutboxLooks(host.clock, () => this.#worker?.lookInOutbox());
  }

  async start({ concurrency }: { readonly concurrency: number }): Promise<void> {
    if (this.#worker !== undefined) return;
    await this.#ready();
    const { appName, functions, random, audience, retries, maxPayloadBytes, maxSteps, onMismatch, post } = this.#host;
    const clock = this.#clock;
    const worker = new Worker({
      app: appName,
      store: this.#store,
      functions,
      processes: this.#processes,
      surroundings: { clock, random, audience, retries, maxPayloadBytes, maxSteps, onMismatch, post },
      storeClock: this.#storeClock,
      concurrency,
      leaseMs: this.#host.leaseMs,
      retentionMs: this.#host.retentionMs,
      onRunEnd: (runId, end) => this.#wake(runId, end),
    });
    this.#worker = worker;
    await worker.start();
  }

  async stop({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#outbox.stop();
    await worker?.stop(timeoutMs);
    if (this.#opened === undefined) return;
    await this.#opened;
    this.#opened = undefined;
    this.#isOpen = false;
    await this.#hold.close();
  }

  async send(events: readonly PreparedEvent[]): Promise<void> {
    await this.#accept(events, undefined);
  }

  post(events: readonly PreparedEvent[], tx: object): void | Promise<void> {
    if (this.#store.post === undefined) throw postProblem(events, NO_OUTBOX);
    if (!this.#isOpen) throw postProblem(events, NOT_OPEN);
    const { instruments } = this.#host.audience.awake();
    const trace = instruments === undefined ? null : traceText(instruments.traceCarrier(), false);
    const posted = events.map(({ isNamed, ...event }) => ({ event: { ...this.#content(event), trace }, isNamed }));
    const done = this.#store.post({ tx, events: posted });
    this.#outbox.lookSoon();
    return done;
  }

  runId(definition: FunctionDefinition, event: Pick<PreparedEvent, "id" | "isNamed">): string {
    return runIdFor(event, definition.key, this.#host.random, this.#host.clock);
  }

  async run(definition: FunctionDefinition, event: PreparedEvent, runId: string): Promise<Outcome> {
    const ended = this.#waitFor(runId); // before its sender hears of it, a run may have ended
    const isNew = await this.#begin(definition, event, { runId, isInvoked: false });
    return this.#outcome(runId, isNew ? ended : undefined);
  }

  async begin(definition: FunctionDefinition, event: PreparedEvent, runId: string): Promise<void> {
    await this.#begin(definition, event, { runId, isInvoked: true });
  }

  /** Whether the event is new. */
  async #begin(
    definition: FunctionDefinition,
    event: PreparedEvent,
    run: Omit<Target, "functionId">,
  ): Promise<boolean> {
    rememberErrorClasses(classesIn(definition.chain, definition.options.errors));
    const [accepted] = await this.#accept([event], { functionId: definition.key, ...run });
    return accepted!.result === "accepted";
  }

  async cancel(runId: string): Promise<boolean> {
    await this.#ready();
    const isAccepted = await this.#store.requestCancel({ runId, nowMs: this.#clock.now() });
    if (isAccepted && this.#worker?.cancel(runId) !== true) {
      this.#worker?.tend();
      this.#wake(runId); // it may have ended with the request
    }
    return isAccepted;
  }

  async pause(runId: string): Promise<boolean> {
    await this.#ready();
    const isAccepted = await this.#store.requestPause({ runId, note: PAUSE_NOTE });
    if (isAccepted) this.#worker?.pause(runId, PAUSE_NOTE);
    return isAccepted;
  }
  async resume(runId: string): Promise<boolean> {
    await this.#ready();
    const isResumed = await this.#store.resume({ runId, nowMs: this.#clock.now() });
    this.#worker?.tend();
    return isResumed;
  }
  replayId(): string {
    return this.#host.random.id("run", this.#host.clock.now());
  }
  async replay({ runId, newRunId, from }: Parameters<Backend["replay"]>[0]): Promise<Outcome> {
    await this.#ready();
    const keys = from === undefined ? [] : keysBefore(from, runId, await this.#store.records({ id: runId }));
    const isStarted = await this.#store.replay({ runId, newRunId, keys, nowMs: this.#clock.now() });
    if (!isStarted) throw RunNotFoundError.for(runId);
    this.#worker?.tend();
    return this.#outcome(newRunId);
  }

  unkeepablePart(value: unknown): UnstorablePart | undefined {
    return unstorablePart(value);
  }

  schedules(triggers: CronTriggers): readonly FunctionSchedule[] {
    return readSchedules(triggers, this.#host.clock.now());
  }

  async get(runId: string): Promise<RunDetails | undefined> {
    await this.#ready();
    const found = await this.#store.run({ id: runId });
    if (found === undefined) return undefined;
    const { run, event } = found;
    const records = await this.#store.records({ id: runId });
    return runDetails(
      runSummary(run, event, await this.#functionName(run)),
      records,
      this.#worker?.openSteps(runId) ?? [],
    );
  }

  async list({ eventId, function: wanted, status, limit = DEFAULT_LIMIT, cursor }: RunFilter): Promise<RunPage> {
    await this.#ready();
    const wantedId = typeof wanted === "object" ? wanted.id : wanted;
    const functionId = wantedId === undefined ? undefined : this.#host.functionKey(wantedId);
    const size = Math.min(HIGHEST_LIMIT, Math.max(1, Math.floor(limit)));
    const before = cursor === undefined ? undefined : Number(cursor);
    const found = await this.#store.runs({ eventId, functionId, status, limit: size + 1, before });
    const page = found.slice(0, size);
    const items = await Promise.all(
      page.map(async ({ run, event }) => runSummary(run, event, await this.#functionName(run))),
    );
    return { items, cursor: found.length > size ? String(page.at(-1)!.run.position) : undefined };
  }

  async counts(): Promise<ReadonlyMap<RunStatus, number>> {
    await this.#ready();
    return this.#store.counts();
  }

  /** Opens the store, and makes this app's functions known, if either has not been done. */
  async #ready(): Promise<void> {
    this.#opened ??= this.#hold.open().catch((error: unknown) => {
      this.#opened = undefined; // the next one tries again
      throw error;
    });
    await this.#opened;
    if (this.#storeClock !== undefined) await this.#storeClock.check();
    this.#isOpen = true;
    const { appName, functions, maxPayloadBytes } = this.#host;
    const text = JSON.stringify(
      functions().map(({ key, name, events, options }) => [key, name, events, options.concurrency]),
    );
    if (functions().length === 0) return;
    if (text === this.#registered.text) return this.#registered.isDone; // an event that overtook it would start nothing
    const records = functions().map((definition) => {
      const { key: id, name, events, options } = definition;
      const schedules = scheduleRecords(definition, this.#clock.now(), maxPayloadBytes);
      return { id, name, events, schedules, concurrency: options.concurrency };
    });
    const isDone = this.#store.register({ app: appName, functions: records });
    this.#registered = { text, isDone };
    await isDone.catch((error: unknown) => {
      if (this.#registered.isDone === isDone) this.#registered = NOTHING; // the next one tries again
      throw error;
    });
  }

  async #accept(events: readonly PreparedEvent[], target: Target | undefined): Promise<readonly AcceptedEvent[]> {
    await this.#ready();
    const { instruments } = this.#host.audience.awake();
    if (instruments === undefined) return this.#keep(events, target, null);
    const sending = { events: events.map(({ id, name }) => ({ id, name })) };
    return instruments.aroundSend(sending, () =>
      this.#keep(events, target, traceText(instruments.traceCarrier(), target?.isInvoked === true)),
    );
  }

  async #keep(
    events: readonly PreparedEvent[],
    target: Target | undefined,
    trace: string | null,
  ): Promise<readonly AcceptedEvent[]> {
    const named = new Map(events.map((event) => [event.id, event.isNamed]));
    const { random, clock } = this.#host;
    const accepted = await (this.#worker ?? this.#store).accept({
      events: events.map((event) => ({ ...this.#record(event), trace })),
      functionId: target?.functionId,
      runId: ({ id }, functionId) =>
        target?.runId ?? runIdFor({ id, isNamed: named.get(id) ?? true }, functionId, random, clock),
    });
    const conflict = accepted.find(({ result }) => result === "conflict");
    if (conflict !== undefined) throw EventConflictError.for(conflict.eventId);
    return accepted;
  }

  #record(event: PreparedEvent): Omit<EventRecord, "trace"> {
    const content = this.#content(event); // first: what is of now is not due after it
    const acceptedMs = this.#clock.now();
    return { ...content, acceptedMs, dueMs: Math.max(acceptedMs, content.ts) };
  }
  #content({ id, name, data, user, context, ts, version }: Omit<PreparedEvent, "isNamed">): EventContent {
    const encode = (value: unknown, part: string): string =>
      encodePayload(value, this.#host.maxPayloadBytes, () => `the ${part} of event "${name}" (${id})`);
    return {
      id,
      name,
      data: encode(data, "data"),
      user: encode(user, "user"),
      context: encode(context, "context"),
      ts: ts ?? this.#clock.now(),
      version: version ?? null,
      format: CODEC_VERSION,
    };
  }

  /** Waits until the run has ended, here or in another process. `expected`: the end of one that nobody has had yet. */
  async #outcome(runId: string, expected?: Promise<RunEnd | undefined>): Promise<Outcome> {
    for (let waiting = expected; ; waiting = undefined) {
      const ending = waiting ?? this.#waitFor(runId);
      const run = waiting === undefined ? (await this.#store.run({ id: runId }))?.run : undefined;
      if (run !== undefined && run.endedMs !== null) return outcomeOfRun(run);
      if (this.#worker === undefined) {
        warnOnce(
          `waits for ${this.#host.appName}`,
          `${runId} waits for a started worker: call app.start() here or in another process`,
        );
      }
      const end = await ending;
      if (end !== undefined) return outcomeOfRun(end);
    }
  }

  /** Undefined: it may have ended. */
  #waitFor(runId: string): Promise<RunEnd | undefined> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(runId) ?? new Set();
      this.#waiters.set(runId, waiters);
      const wake = (end?: RunEnd): void => {
        stop();
        waiters.delete(wake);
        if (waiters.size === 0) this.#waiters.delete(runId);
        resolve(end);
      };
      const stop = this.#host.clock.timer(LOOK_MS, () => wake());
      waiters.add(wake);
    });
  }

  #wake(runId: string, end?: RunEnd): void {
    for (const wake of [...(this.#waiters.get(runId) ?? [])]) wake(end);
  }

  async #functionName({ functionId }: RunRecord): Promise<string | undefined> {
    const here = this.#host.functions().find(({ key }) => key === functionId);
    return here?.name ?? (await this.#store.functionNames()).get(functionId);
  }
}
