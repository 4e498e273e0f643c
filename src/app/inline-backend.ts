// An app without a store: its runs live and end in this process.
import type { Backend, BackendHost, CronTriggers, PreparedEvent } from "../core/backend.ts";
import { cancellersOf } from "../core/cancel-on.ts";
import { contextOf } from "../core/context.ts";
import { durationToMs } from "../core/duration.ts";
import { CancelledError, InvalidDefinitionError, NoStoreError } from "../core/errors.ts";
import type { ReceivedEvent } from "../core/event.ts";
import { functionBody, type FunctionDefinition } from "../core/function.ts";
import { InlineArrivals } from "../core/inline-arrivals.ts";
import { InlineEngine } from "../core/inline-engine.ts";
import type { Outcome } from "../core/outcome.ts";
import type { RunStatus } from "../core/run-details.ts";
import { resolveRetryPolicy } from "../core/retry.ts";
import { LiveRun, cancelRun } from "../core/run.ts";
import type { StepNode } from "../core/step-tree.ts";

/** It is of whoever sent its event, who is still there. */
const LOCAL_SLICE = { isKept: false, isInvoked: false, trigger: undefined, origin: undefined, previous: undefined };
const NONE_TAKEN: ReadonlySet<string> = new Set();

export class InlineBackend implements Backend {
  readonly #host: BackendHost;
  readonly #runs = new Map<string, StepNode>();
  readonly #arrivals = new InlineArrivals();

  constructor(host: BackendHost) {
    this.#host = host;
  }

  async start(): Promise<void> {}

  async stop({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    let stopWaiting = (): void => {};
    const timeout = new Promise<void>((resolve) => {
      stopWaiting = this.#host.clock.timer(timeoutMs, resolve);
    });
    await Promise.race([Promise.allSettled([...this.#runs.values()].map((root) => root.outcome())), timeout]);
    stopWaiting();
  }

  async send(events: readonly PreparedEvent[]): Promise<void> {
    const nowMs = this.#host.clock.now();
    for (const { ts = nowMs, ...event } of events) this.#at(ts, () => this.#accept({ ...event, ts }));
  }

  post(): never {
    throw NoStoreError.for("app.send with a transaction");
  }

  /** Now, or when it was sent for: as long as this process lives. */
  #at(timeMs: number, call: () => void): void {
    const leftMs = timeMs - this.#host.clock.now();
    if (leftMs <= 0) call();
    else this.#host.clock.timer(leftMs, call);
  }

  #accept(event: PreparedEvent): void {
    this.#arrivals.eventCame(receivedEvent(event, this.#host.clock.now()));
    for (const definition of this.#host.functions())
      if (definition.events.includes(event.name)) void this.run(definition, event, this.runId());
  }

  runId(): string {
    return this.#host.random.id("run", this.#host.clock.now());
  }

  run(definition: FunctionDefinition, event: PreparedEvent, id: string): Promise<Outcome> {
    const { clock, random, audience, retries, post } = this.#host;
    const received = receivedEvent(event, clock.now());
    const run = new LiveRun(
      { id, functionId: definition.id, functionName: definition.name, event: received, context: received.context },
      {
        engine: new InlineEngine(clock, this.#arrivals),
        audience,
        clock,
        random,
        post,
        retries: resolveRetryPolicy(definition.options.retries, retries),
      },
    );
    run.audience.runStarted(run);
    const root = run.enterAs(() => LOCAL_SLICE, functionBody(definition, id, received));
    this.#runs.set(id, root);
    const outcome = root.outcome().then(
      (value): Outcome =>
        root.phase === "recovered" ? { status: "recovered", value, error: root.error } : { status: "completed", value },
      (error: unknown): Outcome =>
        error instanceof CancelledError && root.phase === "cancelled"
          ? { status: "cancelled" }
          : { status: "failed", error },
    );
    this.#arrivals.runBegan(id, outcome);
    const { cancelOn, timeouts } = definition.options;
    const stops = cancellersOf(cancelOn, received.data).map((canceller) =>
      this.#arrivals.expect(id, { kind: "event", ...canceller }, NONE_TAKEN, () => cancelRun(root)),
    );
    const finish = timeouts?.finish;
    if (finish !== undefined) stops.push(clock.timer(durationToMs(finish), () => cancelRun(root)));
    void outcome.then(({ status }) => {
      this.#runs.delete(id);
      this.#arrivals.runEnded(id);
      for (const stop of stops) stop();
      const duration = clock.elapsed() - run.bornMs;
      run.audience.runEnded(run, { outcome: status, error: root.error, duration });
    });
    return outcome;
  }

  async begin(definition: FunctionDefinition, event: PreparedEvent, id: string): Promise<void> {
    if (!this.#runs.has(id)) void this.run(definition, event, id);
  }

  async cancel(runId: string): Promise<boolean> {
    const root = this.#runs.get(runId);
    if (root !== undefined) cancelRun(root);
    return root !== undefined;
  }
  async pause(): Promise<never> {
    throw NoStoreError.for("app.pause");
  }
  async resume(): Promise<never> {
    throw NoStoreError.for("app.resume");
  }
  replayId(): string {
    return this.runId();
  }
  async replay(): Promise<never> {
    throw NoStoreError.for("app.replay");
  }
  unkeepablePart(): undefined {}
  schedules({ functionName }: CronTriggers): never {
    throw InvalidDefinitionError.for(
      `function "${functionName}" has a cron trigger, which needs a store: createApp({ store: sqlite("app.db") }), or memory() for as long as this process lives`,
    );
  }
  async get(): Promise<never> {
    throw NoStoreError.for("app.runs");
  }
  async list(): Promise<never> {
    throw NoStoreError.for("app.runs");
  }
  async counts(): Promise<ReadonlyMap<RunStatus, number>> {
    return new Map(this.#runs.size === 0 ? [] : [["running", this.#runs.size]]);
  }
}

function receivedEvent({ id, name, data, user, ts, version, context }: PreparedEvent, nowMs: number): ReceivedEvent {
  return Object.freeze({ id, name, data, user, ts: ts ?? nowMs, v: version, context: contextOf(name, context, user) });
}
