// `createApp`: puts an app together from its store, its observers and its functions.
import type { Backend } from "../core/backend.ts";
import { systemClock, type Clock } from "../core/clock.ts";
import type { ContextSchema } from "../core/context.ts";
import { durationToMs, type Duration } from "../core/duration.ts";
import { InvalidDefinitionError } from "../core/errors.ts";
import { CRON_EVENT, type AnyEventType } from "../core/event.ts";
import { systemRandomness, type Randomness } from "../core/ids.ts";
import { defaultRetryPolicy, resolveRetryPolicy } from "../core/retry.ts";
import type { RunFilter } from "../core/run-details.ts";
import { Redactor } from "../core/redaction.ts";
import { redactProblem } from "../core/secret-keys.ts";
import { StepAudience } from "../core/step-audience.ts";
import { warnOnce } from "../core/warning.ts";
import type { Instrument } from "../core/instrument.ts";
import { channelObserver } from "../telemetry/channel-observer.ts";
import { consoleStory } from "../telemetry/console-story.ts";
import { LiveFunction, functionKey, readFunction } from "./app-function.ts";
import type { App, AppOptions, Run } from "./app-types.ts";
import { InlineBackend } from "./inline-backend.ts";
import { payloadBytes } from "./payload-size.ts";
import { StartedRun } from "./started-run.ts";
import { StepPost } from "./step-post.ts";
import { eventId, prepareEvent, prepareEventAtOnce, signalEvent, type EventDoor } from "./prepare-event.ts";

const DEFAULT_RETRIES_WITH_STORE = 3;
const DEFAULT_LEASE = "15s";
const DEFAULT_MAX_PAYLOAD = "4mb";
const DEFAULT_MAX_STEPS = 100_000;
const DEFAULT_CONCURRENCY = 100;
const DEFAULT_STOP_TIMEOUT = "30s";
const DEFAULT_RETENTION = "90 days";

/**
 * Makes an app: functions that share a name, a store and a context.
 *
 * Use it once for each service; processes that share its name and its store share its work. With a `store`, runs are kept
 * there: they retry, sleep and survive a crash, once `start` was called in some process, and a replay goes on from what was
 * recorded. Without one, everything runs in this process, for the caller who waits, and nothing is kept.
 * Throws `InvalidDefinitionError` for options that make no sense.
 *
 * @example
 * const app = createApp({ name: "billing", store: sqlite("billing.db") });
 */
export function createApp<
  const Events extends readonly AnyEventType[] = [],
  Context extends ContextSchema = undefined,
  Tx = never,
>(options: AppOptions<Events, Context, Tx>): App<Events, Context, Tx> {
  return createAppWith(options, { clock: systemClock, random: systemRandomness });
}

/** `createApp`, with time and randomness of the caller's choice. */
export function createAppWith<
  const Events extends readonly AnyEventType[] = [],
  Context extends ContextSchema = undefined,
  Tx = never,
>(options: AppOptions<Events, Context, Tx>, ports: AppPorts): App<Events, Context, Tx> {
  return new LiveApp(options, ports) as never;
}

export interface AppPorts {
  readonly clock: Clock;
  readonly random: Randomness;
}

/** What an app was made of. The test kit runs the same functions on a store and a clock of its own. */
export interface AppParts {
  readonly options: AppOptions<readonly AnyEventType[], ContextSchema>;
  readonly functionsById: Map<string, LiveFunction>;
}

class LiveApp {
  readonly name: string;
  /** In no public type. */
  readonly "~parts": AppParts;
  readonly #door: EventDoor;
  readonly #backend: Backend;
  readonly #redactor: Redactor;
  readonly #functionsById = new Map<string, LiveFunction>();

  constructor(options: AppOptions<readonly AnyEventType[], ContextSchema>, { clock, random }: AppPorts) {
    refuseUnknown(options);
    const { name, store, events = [], context } = options;
    this.name = name;
    this.#redactor = new Redactor(options.redact);
    for (const type of events) this.#learn(type);
    this["~parts"] = { options, functionsById: this.#functionsById };
    const host = {
      post: new StepPost(
        () => this.#door,
        () => this.#backend,
      ),
      appName: name,
      functions: () => [...this.#functionsById.values()],
      functionKey: (id: string) => functionKey(name, id),
      clock,
      random,
      audience: new StepAudience(observersOf(options), () => clock.now(), this.#redactor),
      retries: resolveRetryPolicy(
        options.retries,
        defaultRetryPolicy(store === undefined ? 0 : DEFAULT_RETRIES_WITH_STORE),
      ),
      maxPayloadBytes: payloadBytes(options.maxPayload ?? DEFAULT_MAX_PAYLOAD),
      maxSteps: stepLimit(options.maxSteps ?? DEFAULT_MAX_STEPS),
      leaseMs: durationToMs(options.lease ?? DEFAULT_LEASE),
      retentionMs: options.retention === false ? Infinity : durationToMs(options.retention ?? DEFAULT_RETENTION),
      onMismatch: options.onMismatch ?? "pause",
    };
    if (store !== undefined && typeof store["~attach"] !== "function") {
      throw InvalidDefinitionError.for('a store is made by sqlite("app.db") or memory()');
    }
    this.#backend = store === undefined ? new InlineBackend(host) : store["~attach"](host);
    host.audience.appMade({ name, counts: () => this.#backend.counts() });
    this.#door = {
      eventTypes: new Map(events.map((type) => [type.name, type])),
      contextSchema: context,
      clock,
      random,
      backend: this.#backend,
    };
  }

  createFunction(...args: readonly unknown[]): LiveFunction {
    const made = readFunction(this.name, args, (functionName, triggers) =>
      this.#backend.schedules({ functionName, triggers, contextSchema: this.#door.contextSchema }),
    );
    if (this.#functionsById.has(made.id))
      throw InvalidDefinitionError.for(`two functions have the id "${made.id}": give one of them another name or id`);
    if (made.options.concurrency !== undefined && this["~parts"].options.store === undefined)
      throw InvalidDefinitionError.for(`function "${made.name}" has a concurrency, which needs a store`);
    for (const type of made.eventTypes) this.#learn(type);
    this.#functionsById.set(made.id, made);
    return made;
  }

  /** What the type of an event does not want shown. */
  #learn(type: AnyEventType): void {
    refuseRedact({ paths: type.redact });
    this.#redactor.learn(type);
  }

  /** With `tx`, all that can be refused is refused before it returns: a synchronous transaction is rolled back by what it throws. */
  send(given: unknown, { tx }: { readonly tx?: object | undefined } = {}): Promise<{ ids: string[] }> {
    this.#closeFunctions();
    const list: readonly unknown[] = Array.isArray(given) ? given : [given];
    return tx === undefined ? this.#sendNow(list) : this.#sendWith(tx, list);
  }
  async #sendNow(given: readonly unknown[]): Promise<{ ids: string[] }> {
    const events = await Promise.all(given.map((event) => prepareEvent(this.#door, event)));
    await this.#backend.send(events);
    return { ids: events.map(({ id }) => id) };
  }
  #sendWith(tx: object, given: readonly unknown[]): Promise<{ ids: string[] }> {
    const events = given.map((event) => prepareEventAtOnce(this.#door, event));
    const ids = events.map(({ id }) => id);
    return Promise.resolve(this.#backend.post(events, tx)).then(() => ({ ids }));
  }

  run(target: LiveFunction, input: Record<string, unknown> = {}): Run<unknown, unknown> {
    if (!(target instanceof LiveFunction) || this.#functionsById.get(target.id) !== target) {
      throw InvalidDefinitionError.for("app.run takes a function that this app's createFunction returned");
    }
    target.close();
    const identity = eventId(this.#door, input["id"]);
    const runId = this.#backend.runId(target, identity);
    const outcome = prepareEvent(this.#door, { name: target.events[0] ?? CRON_EVENT, ...input }).then((event) =>
      this.#backend.run(target, { ...event, ...identity }, runId),
    );
    return new StartedRun(runId, outcome);
  }

  async start({
    concurrency = DEFAULT_CONCURRENCY,
  }: { readonly concurrency?: number | undefined } = {}): Promise<void> {
    if (!(Number.isInteger(concurrency) && concurrency > 0))
      throw InvalidDefinitionError.for("concurrency is a whole number from 1 up");
    this.#closeFunctions();
    this.#warnOfUnlistedTriggers();
    await this.#backend.start({ concurrency });
  }
  async stop({ timeout = DEFAULT_STOP_TIMEOUT }: { readonly timeout?: Duration | undefined } = {}): Promise<void> {
    await this.#backend.stop({ timeoutMs: durationToMs(timeout) });
  }
  async signal(token: string, data?: unknown): Promise<void> {
    if (typeof token !== "string" || token === "")
      throw InvalidDefinitionError.for("app.signal takes the token of a step.waitForSignal, as a text");
    await this.#backend.send([signalEvent(this.#door, token, data)]);
  }
  cancel(runId: string): Promise<boolean> {
    return this.#backend.cancel(runId);
  }
  pause(runId: string): Promise<boolean> {
    return this.#backend.pause(runId);
  }
  resume(runId: string): Promise<boolean> {
    return this.#backend.resume(runId);
  }
  replay(runId: string, { from }: { readonly from?: string | undefined } = {}): Run<unknown, unknown> {
    if (typeof runId !== "string" || (from !== undefined && typeof from !== "string"))
      throw InvalidDefinitionError.for('app.replay takes the id of a run and the number of a step: { from: "2.1" }');
    this.#closeFunctions();
    const newRunId = this.#backend.replayId();
    return new StartedRun(newRunId, this.#backend.replay({ runId, newRunId, from }));
  }
  readonly runs = {
    get: (runId: string) => this.#backend.get(runId),
    list: (filter: RunFilter = {}) => this.#backend.list(filter),
  };
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #closeFunctions(): void {
    for (const definition of this.#functionsById.values()) definition.close();
  }

  #warnOfUnlistedTriggers(): void {
    const { eventTypes } = this.#door;
    if (eventTypes.size === 0) return;
    for (const { name, events } of this.#functionsById.values()) {
      for (const event of events) {
        if (!eventTypes.has(event))
          warnOnce(
            `trigger ${event}`,
            `function "${name}" listens to "${event}", which is not among the app's events: ${[...eventTypes.keys()].join(", ")}`,
          );
      }
    }
  }
}

const APP_OPTIONS: ReadonlySet<string> = new Set<keyof AppOptions<any, any>>([
  "name",
  "store",
  "events",
  "context",
  "observers",
  "redact",
  "story",
  "retries",
  "lease",
  "onMismatch",
  "maxPayload",
  "maxSteps",
  "retention",
]);

function stepLimit(steps: number): number {
  if (typeof steps === "number" && steps >= 1) return steps;
  throw InvalidDefinitionError.for("maxSteps is a number from 1 up");
}

/** Those of the app, the story where it is told, and whoever has subscribed to the process's channels. */
function observersOf({ store, observers, story }: AppOptions<any, any>): readonly Instrument[] {
  const isStoryTold = story ?? (store !== undefined && observers === undefined);
  const all = [isStoryTold ? consoleStory() : undefined, ...(observers ?? []), channelObserver()];
  return all.filter((observer) => observer !== undefined);
}

function refuseRedact(given: unknown): void {
  const problem = redactProblem(given);
  if (problem !== undefined) throw InvalidDefinitionError.for(problem);
}

function refuseUnknown(options: AppOptions<any, any>): void {
  if (typeof options?.name !== "string" || options.name === "")
    throw InvalidDefinitionError.for("createApp needs a name");
  const unknownOption = Object.keys(options).find((option) => !APP_OPTIONS.has(option));
  if (unknownOption !== undefined)
    throw InvalidDefinitionError.for(
      `createApp has no option "${unknownOption}"; it has ${[...APP_OPTIONS].join(", ")}`,
    );
  refuseRedact(options.redact);
  const { observers = [] } = options;
  if (!Array.isArray(observers) || !observers.every((observer) => Object(observer) === observer))
    throw InvalidDefinitionError.for("observers is a list of observers");
}
