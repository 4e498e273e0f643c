// A function as an app holds it: read from any of Inngest's three shapes, with the links of a step.
//
// Owns: a function's chain until its first run. Does not own: its runs.
// Called by: createApp, and users.
import { cancelTriggerProblem } from "../core/cancel-on.ts";
import { durationToMs } from "../core/duration.ts";
import type { AnyEventType } from "../core/event.ts";
import { InvalidDefinitionError } from "../core/errors.ts";
import type { FunctionDefinition, FunctionOptions, FunctionSchedule } from "../core/function.ts";
import { defaultRetryPolicy, resolveRetryPolicy } from "../core/retry.ts";
import {
  NO_LINKS,
  abstractErrorLink,
  onErrorLink,
  possibleErrorLinks,
  type Chain,
  type Link,
} from "../core/step-chain.ts";

const FUNCTION_OPTIONS: ReadonlySet<string> = new Set<keyof FunctionOptions>([
  "name",
  "id",
  "description",
  "retries",
  "errors",
  "tags",
  "onFailure",
  "cancelOn",
  "timeouts",
  "version",
  "concurrency",
]);

/** Each link returns the same function, and closes with its first run. */
export class LiveFunction implements FunctionDefinition {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly events: readonly string[];
  readonly schedules: readonly FunctionSchedule[];
  readonly options: FunctionOptions;
  readonly handler: (input: any) => unknown;
  /** Those among its triggers that are given as types. */
  readonly eventTypes: readonly AnyEventType[];
  #chain: Chain = NO_LINKS;
  #isClosed = false;

  constructor(definition: Omit<FunctionDefinition, "chain">, eventTypes: readonly AnyEventType[]) {
    this.eventTypes = eventTypes;
    this.id = definition.id;
    this.key = definition.key;
    this.name = definition.name;
    this.events = definition.events;
    this.schedules = definition.schedules;
    this.options = definition.options;
    this.handler = definition.handler;
  }

  get chain(): Chain {
    return this.#chain;
  }
  /** The function is about to be run: its chain is final. */
  close(): void {
    this.#isClosed = true;
  }

  possibleError(...args: readonly unknown[]): this {
    return this.#with(possibleErrorLinks(args));
  }
  onError(...args: readonly unknown[]): this {
    return this.#with([onErrorLink(args)]);
  }
  next(...args: readonly unknown[]): this {
    return this.#with([{ kind: "next", data: args[0] }]);
  }
  abstractError(...args: readonly unknown[]): this {
    return this.#with([abstractErrorLink(args)]);
  }

  #with(links: readonly Link[]): this {
    if (this.#isClosed)
      throw InvalidDefinitionError.for(
        `the chain of "${this.name}" is final: links are added before the app is started or the function is run`,
      );
    this.#chain = [...this.#chain, ...links];
    return this;
  }
}

/** What the app stands on reads cron triggers. */
export type ReadSchedules = (functionName: string, triggers: readonly object[]) => readonly FunctionSchedule[];

/** Reads `({ name }, { event }, handler)`, `({ id }, [triggers], handler)` and `({ id, triggers }, handler)`. */
export function readFunction(appName: string, args: readonly unknown[], readSchedules: ReadSchedules): LiveFunction {
  const [given, second, third] = args;
  if (typeof given !== "object" || given === null)
    throw InvalidDefinitionError.for("createFunction takes options first: { name } or { id }");
  const { triggers: inOptions, ...options } = given as FunctionOptions & { readonly triggers?: unknown };
  const isTwoArguments = typeof second === "function" && third === undefined;
  const handler = isTwoArguments ? second : third;
  const name = options.name ?? options.id;
  if (typeof name !== "string" || name === "") throw InvalidDefinitionError.for("a function needs a name or an id");
  if (typeof handler !== "function") throw InvalidDefinitionError.for(`function "${name}" has no handler`);
  const unsupported = Object.keys(options).find((option) => !FUNCTION_OPTIONS.has(option));
  if (unsupported !== undefined) {
    throw InvalidDefinitionError.for(
      `function "${name}" has an option "${unsupported}", which is not supported: it is refused rather than ignored`,
    );
  }
  const { onFailure, cancelOn } = options;
  if (onFailure !== undefined && typeof onFailure !== "function")
    throw InvalidDefinitionError.for(`the onFailure of function "${name}" is no function`);
  const problem = cancelOn === undefined ? undefined : cancelTriggerProblem(cancelOn);
  if (problem !== undefined) throw InvalidDefinitionError.for(`function "${name}": ${problem}`);
  refuseTimeouts(name, options.timeouts);
  if (options.version !== undefined && (typeof options.version !== "string" || options.version === ""))
    throw InvalidDefinitionError.for(`the version of function "${name}" is a text that names its code: "2026-11"`);
  refuseConcurrency(name, options.concurrency);
  resolveRetryPolicy(options.retries, defaultRetryPolicy(0)); // refused here rather than in the first run
  const id = options.id ?? slugOf(name);
  const triggers = readTriggers(name, isTwoArguments ? inOptions : second);
  const schedules = triggers.filter(isCronTrigger);
  const ofEvents = triggers.filter((one) => !isCronTrigger(one));
  const definition = {
    id,
    key: functionKey(appName, id),
    name,
    events: [...new Set(ofEvents.map((one) => readEventTrigger(name, one)))],
    schedules: schedules.length === 0 ? [] : readSchedules(name, schedules),
    options,
    handler: handler as (input: unknown) => unknown,
  };
  return new LiveFunction(definition, ofEvents.map(givenEvent).filter(isEventType));
}

function refuseConcurrency(functionName: string, concurrency: unknown): void {
  if (concurrency === undefined || (Number.isSafeInteger(concurrency) && (concurrency as number) > 0)) return;
  const isByKey = typeof concurrency === "object" && concurrency !== null;
  throw InvalidDefinitionError.for(
    isByKey
      ? `the concurrency of function "${functionName}" is a whole number from 1 up; a limit for each key is not supported: it is refused rather than ignored`
      : `the concurrency of function "${functionName}" is a whole number from 1 up`,
  );
}

function refuseTimeouts(functionName: string, timeouts: unknown): void {
  if (timeouts === undefined) return;
  if (typeof timeouts !== "object" || timeouts === null)
    throw InvalidDefinitionError.for(`the timeouts of function "${functionName}" are { start?, finish? }`);
  for (const [key, timeout] of Object.entries(timeouts)) {
    if (key !== "start" && key !== "finish")
      throw InvalidDefinitionError.for(
        `the timeouts of function "${functionName}" have "${key}"; there are start and finish`,
      );
    if (timeout !== undefined) durationToMs(timeout);
  }
}

function readTriggers(functionName: string, given: unknown): readonly object[] {
  const triggers: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (triggers.length === 0)
    throw InvalidDefinitionError.for(
      `function "${functionName}" has no trigger: { event: "…" } or { cron: "…" } is needed`,
    );
  return triggers.map((trigger) => {
    if (typeof trigger === "object" && trigger !== null) return trigger;
    throw InvalidDefinitionError.for(`function "${functionName}" needs a trigger: { event: "…" } or { cron: "…" }`);
  });
}

function isCronTrigger(trigger: object): boolean {
  return "cron" in trigger;
}

/** The type or the name that a trigger gives. */
function givenEvent(trigger: object): unknown {
  return "event" in trigger ? trigger.event : trigger;
}
function isEventType(given: unknown): given is AnyEventType {
  const { name, create } = (given ?? {}) as Partial<Record<string, unknown>>;
  return typeof name === "string" && create !== undefined;
}

function readEventTrigger(functionName: string, trigger: object): string {
  if (isEventType(trigger)) return trigger.name;
  const unsupported = Object.keys(trigger).find((key) => key !== "event");
  if (unsupported !== undefined) {
    throw InvalidDefinitionError.for(
      `a trigger of function "${functionName}" has "${unsupported}", which is not supported: it is refused rather than ignored`,
    );
  }
  const { event } = trigger as { readonly event?: unknown };
  const name = typeof event === "object" && event !== null ? (event as { readonly name?: unknown }).name : event;
  if (typeof name !== "string" || name === "")
    throw InvalidDefinitionError.for(`a trigger of function "${functionName}" names no event`);
  return name;
}

/** The first `/` is the border: an app's name has none of its own here. */
export function functionKey(appName: string, id: string): string {
  return `${encodeURIComponent(appName)}/${id}`;
}

/** `Handle payments` → `handle-payments`. Letters and digits of any script stay. */
function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
  return slug === "" ? encodeURIComponent(name) : slug;
}
