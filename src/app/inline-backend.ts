// An app without a store: its runs live and end in this process.
import type { Backend, BackendHost, PreparedEvent } from "../core/backend.ts";
import { contextOf } from "../core/context.ts";
import { CancelledError, NoStoreError } from "../core/errors.ts";
import type { ReceivedEvent } from "../core/event.ts";
import { functionBody, type FunctionDefinition } from "../core/function.ts";
import { InlineEngine } from "../core/inline-engine.ts";
import type { Outcome } from "../core/outcome.ts";
import { resolveRetryPolicy } from "../core/retry.ts";
import { LiveRun, cancelRun } from "../core/run.ts";
import type { StepNode } from "../core/step-tree.ts";

export class InlineBackend implements Backend {
  readonly #host: BackendHost;
  readonly #runs = new Map<string, StepNode>();

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
    for (const event of events) {
      for (const definition of this.#host.functions())
        if (definition.events.includes(event.name)) void this.run(definition, event, this.runId());
    }
  }

  runId(): string {
    return this.#host.random.id("run", this.#host.clock.now());
  }

  run(definition: FunctionDefinition, event: PreparedEvent, id: string): Promise<Outcome> {
    const { clock, random, audience, retries } = this.#host;
    const received = receivedEvent(event);
    const run = new LiveRun(
      { id, functionId: definition.id, functionName: definition.name, event: received, context: received.context },
      {
        engine: new InlineEngine(clock),
        audience,
        clock,
        random,
        retries: resolveRetryPolicy(definition.options.retries, retries),
      },
    );
    const startedMs = clock.elapsed();
    audience.runStarted(run);
    const root = run.enter(functionBody(definition, id, received));
    this.#runs.set(id, root);
    const outcome = root.outcome().then(
      (value): Outcome =>
        root.phase === "recovered" ? { status: "recovered", value, error: root.error } : { status: "completed", value },
      (error: unknown): Outcome =>
        error instanceof CancelledError && root.phase === "cancelled"
          ? { status: "cancelled" }
          : { status: "failed", error },
    );
    void outcome.then(({ status }) => {
      this.#runs.delete(id);
      audience.runEnded(run, { outcome: status, error: root.error, duration: clock.elapsed() - startedMs });
    });
    return outcome;
  }

  async cancel(runId: string): Promise<boolean> {
    const root = this.#runs.get(runId);
    if (root !== undefined) cancelRun(root);
    return root !== undefined;
  }
  unkeepablePart(): undefined {}
  async get(): Promise<never> {
    throw NoStoreError.for("app.runs");
  }
  async list(): Promise<never> {
    throw NoStoreError.for("app.runs");
  }
}

function receivedEvent({ id, name, data, user, ts, version, context }: PreparedEvent): ReceivedEvent {
  return Object.freeze({ id, name, data, user, ts, v: version, context: contextOf(name, context, user) });
}
