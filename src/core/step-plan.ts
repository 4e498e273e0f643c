// What was asked for when a step was created: the call's arguments, read and checked at the door. Pure.
import { bug } from "../internal/bug.ts";
import { InvalidStepError } from "./errors.ts";
import type { Duration, Instant } from "./duration.ts";
import type { MapOptions, StepOptions } from "./step-options.ts";

export type Body = (...args: any[]) => unknown;

/** A function of the app, as `step.invoke` is given one. */
export interface InvokedFunction {
  readonly id: string;
  readonly name: string;
}

/** What a step is, before it has a place in a run. */
export type StepPlan =
  | {
      readonly kind: "function";
      readonly name: string;
      readonly options: StepOptions;
      readonly body: Body;
      readonly input: readonly unknown[];
    }
  | {
      readonly kind: "run";
      readonly name: string;
      readonly options: StepOptions;
      /** Forgotten when the step has ended, with the inputs. */
      body: Body;
      input: readonly unknown[];
      readonly isNamed: boolean;
    }
  | { readonly kind: "transaction"; readonly name: string; readonly options: StepOptions; body: Body }
  | { readonly kind: "sleep"; readonly name: string; readonly options: StepOptions; readonly duration: Duration }
  | { readonly kind: "sleepUntil"; readonly name: string; readonly options: StepOptions; readonly time: Instant }
  | {
      readonly kind: "all" | "race";
      readonly name: string;
      readonly options: StepOptions;
      readonly branches: readonly BranchPlan[];
      readonly isRecord: boolean;
    }
  | {
      readonly kind: "map";
      readonly name: string;
      readonly options: StepOptions;
      readonly items: readonly unknown[];
      readonly body: Body;
      readonly map: MapOptions<any>;
    }
  | {
      readonly kind: "waitForEvent" | "waitForSignal";
      readonly name: string;
      readonly options: StepOptions;
      readonly event: string;
      readonly match: object | undefined;
      readonly timeout: Duration | undefined;
    }
  | {
      readonly kind: "sendEvent";
      readonly name: string;
      readonly options: StepOptions;
      readonly events: readonly unknown[];
    }
  | {
      readonly kind: "invoke";
      readonly name: string;
      readonly options: StepOptions;
      readonly target: InvokedFunction;
      readonly input: Readonly<Record<string, unknown>>;
      readonly timeout: Duration | undefined;
    }
  | { readonly kind: "patched"; readonly name: string; readonly options: StepOptions }
  | { readonly kind: "fail"; readonly name: string; readonly options: StepOptions; readonly error: unknown };

export type RunPlan = Extract<StepPlan, { kind: "run" }>;
export type TransactionPlan = Extract<StepPlan, { kind: "transaction" }>;
export type BranchesPlan = Extract<StepPlan, { branches: unknown }>;
export type MapPlan = Extract<StepPlan, { kind: "map" }>;
export type AwaitingPlan = Extract<StepPlan, { timeout: unknown }>;
export type InvokePlan = Extract<StepPlan, { kind: "invoke" }>;
export type SendPlan = Extract<StepPlan, { kind: "sendEvent" }>;
/** What a step is: `"run"`, `"sleep"`, `"all"` … */
export type StepKind = StepPlan["kind"];
export interface BranchPlan {
  readonly name: string;
  /** False for the name of a JavaScript function, which a minifier changes. */
  readonly isNamed: boolean;
  readonly branch: unknown;
}

const FORGOTTEN: Body = () => bug("the body of a step that has ended was entered");
const NO_OPTIONS: StepOptions = Object.freeze({});
const NO_INPUT: readonly unknown[] = Object.freeze([]);
const STEP_OPTIONS: ReadonlySet<string> = new Set<keyof StepOptions>([
  "name",
  "id",
  "errors",
  "tags",
  "attributes",
  "retries",
  "timeout",
  "atMostOnce",
  "description",
]);

/** Reads `run(name, body, ...input)`, `run(options, body, ...input)` and `run(body)`. */
export function planRun(first: unknown, second: unknown, input: readonly unknown[]): StepPlan {
  if (typeof first === "function") {
    return {
      kind: "run",
      name: first.name === "" ? "step" : first.name,
      options: NO_OPTIONS,
      body: first as Body,
      input: NO_INPUT,
      isNamed: false,
    };
  }
  const options = typeof first === "string" ? NO_OPTIONS : readOptions(first, "run");
  const name = readName(typeof first === "string" ? first : (options.name ?? options.id), "run");
  if (typeof second !== "function")
    throw InvalidStepError.for(`step.run("${name}", …) was given no body: a function is needed`);
  return {
    kind: "run",
    name,
    options,
    body: second as Body,
    input: input.length > 0 ? input : NO_INPUT,
    isNamed: true,
  };
}

/** Reads `transaction(name, body)` and `transaction(options, body)`. */
export function planTransaction([first, body]: readonly unknown[]): StepPlan {
  const options = typeof first === "string" ? NO_OPTIONS : readOptions(first, "transaction");
  const name = readName(typeof first === "string" ? first : (options.name ?? options.id), "transaction");
  if (typeof body !== "function")
    throw InvalidStepError.for(`step.transaction("${name}", …) was given no body: a function of tx is needed`);
  return { kind: "transaction", name, options, body: body as Body };
}

/** Reads `sleep(duration)` and `sleep(name, duration)`. */
export function planSleep(args: readonly unknown[]): StepPlan {
  const isNamed = args.length > 1;
  return {
    kind: "sleep",
    name: isNamed ? readName(args[0], "sleep") : "sleep",
    options: NO_OPTIONS,
    duration: args[isNamed ? 1 : 0] as Duration,
  };
}

/** Reads `sleepUntil(time)` and `sleepUntil(name, time)`. */
export function planSleepUntil(args: readonly unknown[]): StepPlan {
  const isNamed = args.length > 1;
  return {
    kind: "sleepUntil",
    name: isNamed ? readName(args[0], "sleepUntil") : "sleepUntil",
    options: NO_OPTIONS,
    time: args[isNamed ? 1 : 0] as Instant,
  };
}

/** Reads `all(branches)`, `all(name, branches)`, and the same of `race`. */
export function planBranches(kind: "all" | "race", args: readonly unknown[]): BranchesPlan {
  const isNamed = typeof args[0] === "string";
  const given = args[isNamed ? 1 : 0];
  if (typeof given !== "object" || given === null) {
    throw InvalidStepError.for(`step.${kind} was given no branches: a list or a record of steps or bodies is needed`);
  }
  const isRecord = !Array.isArray(given);
  if (kind === "race" && Object.keys(given).length === 0)
    throw InvalidStepError.for("step.race was given no branch, and would never end");
  const branches = Object.entries(given).map(([key, branch]) => {
    if (typeof branch !== "function" && typeof (branch as PromiseLike<unknown> | undefined)?.then !== "function") {
      throw InvalidStepError.for(
        `branch ${isRecord ? `"${key}"` : Number(key) + 1} of step.${kind} is neither a step nor a body`,
      );
    }
    return {
      name: isRecord ? readName(key, kind) : branchName(branch),
      isNamed: isRecord || branchName(branch) === "step",
      branch,
    };
  });
  return { kind, name: isNamed ? readName(args[0], kind) : kind, options: NO_OPTIONS, branches, isRecord };
}

/** Reads `map(items, body, options?)` and `map(name, items, body, options?)`. */
export function planMap(args: readonly unknown[]): StepPlan {
  const isNamed = typeof args[0] === "string" && typeof args[1] !== "function";
  const [items, body, map = {}] = isNamed ? args.slice(1) : args;
  if (typeof (items as Iterable<unknown> | undefined)?.[Symbol.iterator] !== "function" || typeof body !== "function") {
    throw InvalidStepError.for("step.map needs a list of items and a body: step.map(items, (item, step, index) => …)");
  }
  const { concurrency } = map as MapOptions<unknown>;
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency > 0)) {
    throw InvalidStepError.for("the concurrency of step.map is a whole number from 1 up");
  }
  return {
    kind: "map",
    name: isNamed ? readName(args[0], "map") : "map",
    options: NO_OPTIONS,
    items: [...(items as Iterable<unknown>)],
    body: body as Body,
    map: map as MapOptions<any>,
  };
}

/** Reads `waitForEvent(name, { event, timeout, match })`. */
export function planWaitForEvent([name, options]: readonly unknown[]): AwaitingPlan {
  const { event, timeout, match } = readFields(options, "waitForEvent", ["event", "timeout", "match"]);
  const eventName = typeof event === "object" && event !== null ? (event as { readonly name?: unknown }).name : event;
  if (typeof eventName !== "string" || eventName === "")
    throw InvalidStepError.for("step.waitForEvent needs the event that it is for: { event: invoicePaid }, or its name");
  if (match !== undefined && (typeof match !== "object" || match === null || Array.isArray(match)))
    throw InvalidStepError.for("what step.waitForEvent is to match is a part of the event's data: { match: { id } }");
  return {
    kind: "waitForEvent",
    name: readName(name, "waitForEvent"),
    options: NO_OPTIONS,
    event: eventName,
    match,
    timeout: timeout as Duration | undefined,
  };
}

/** The event that a signal is sent as. `send` takes no event whose name begins with `~`. */
export const SIGNAL_EVENT = "~signal";

/** Reads `waitForSignal(name, { token, timeout })`. */
export function planWaitForSignal([name, options]: readonly unknown[]): AwaitingPlan {
  const { token, timeout } = readFields(options, "waitForSignal", ["token", "timeout"]);
  if (typeof token !== "string" || token === "")
    throw InvalidStepError.for("step.waitForSignal needs a token that nobody can guess, as a text: { token }");
  return {
    kind: "waitForSignal",
    name: readName(name, "waitForSignal"),
    options: NO_OPTIONS,
    event: SIGNAL_EVENT,
    match: { token },
    timeout: timeout as Duration | undefined,
  };
}

/** Reads `sendEvent(name, event | events)`. */
export function planSendEvent([name, events]: readonly unknown[]): SendPlan {
  if (typeof events !== "object" || events === null)
    throw InvalidStepError.for("step.sendEvent needs an event, or a list of events, after its name");
  const list: readonly unknown[] = Array.isArray(events) ? events : [events];
  return { kind: "sendEvent", name: readName(name, "sendEvent"), options: NO_OPTIONS, events: list };
}

/** Reads `invoke(name, { function, data, user, context, timeout })`. */
export function planInvoke([name, options]: readonly unknown[]): InvokePlan {
  const read = readFields(options, "invoke", ["function", "data", "user", "context", "timeout"]);
  const { function: target, timeout, ...input } = read;
  if (typeof target !== "object" || target === null || !("~function" in target || "handler" in target))
    throw InvalidStepError.for("step.invoke needs a function of the app: { function: chargeCustomer, data }");
  return {
    kind: "invoke",
    name: readName(name, "invoke"),
    options: NO_OPTIONS,
    target: target as unknown as InvokedFunction,
    input,
    timeout: timeout as Duration | undefined,
  };
}

function readFields(options: unknown, call: string, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof options !== "object" || options === null)
    throw InvalidStepError.for(`step.${call} needs options after its name: ${known.join(", ")}`);
  const unknownOption = Object.keys(options).find((option) => !known.includes(option));
  if (unknownOption !== undefined)
    throw InvalidStepError.for(`step.${call} has no option "${unknownOption}"; it has ${known.join(", ")}`);
  return options as Readonly<Record<string, unknown>>;
}

/** Reads `patched(id)`. */
export function planPatched([id]: readonly unknown[]): StepPlan {
  return { kind: "patched", name: readName(id, "patched"), options: NO_OPTIONS };
}

/** Whether a step has a number, and is told of: a raise and a look at what is new have none. */
export function isNumbered({ kind }: StepPlan): boolean {
  return kind !== "fail" && kind !== "patched";
}

/** Reads `fail(error)`. */
export function planFail(args: readonly unknown[]): StepPlan {
  return { kind: "fail", name: "fail", options: NO_OPTIONS, error: args[0] };
}

/** A finished step stays in memory as long as its run: what its body holds on to need not. */
export function forgetBody(plan: StepPlan): void {
  if (plan.kind !== "run" && plan.kind !== "transaction") return;
  plan.body = FORGOTTEN;
  if (plan.kind === "run") plan.input = NO_INPUT;
}

/** The body of a function or of a branch, as a plan. */
export function planBody(name: string, body: Body, isNamed = true): RunPlan {
  return { kind: "run", name, options: NO_OPTIONS, body, input: NO_INPUT, isNamed };
}

function branchName(branch: unknown): string {
  return typeof branch === "function" && branch.name !== "" ? branch.name : "step";
}

function readName(name: unknown, call: string): string {
  if (typeof name !== "string" || name === "")
    throw InvalidStepError.for(`step.${call} needs a name that is a text, and not an empty one`);
  return name;
}

function readOptions(options: unknown, call: "run" | "transaction"): StepOptions {
  if (typeof options !== "object" || options === null) {
    const first = call === "run" ? "a name, options or a body" : "a name or options";
    throw InvalidStepError.for(`step.${call} needs ${first} first: step.${call}("Charge", () => …)`);
  }
  const unknownOption = Object.keys(options).find((option) => !STEP_OPTIONS.has(option));
  if (unknownOption !== undefined) {
    throw InvalidStepError.for(`a step has no option "${unknownOption}"; it has ${[...STEP_OPTIONS].join(", ")}`);
  }
  const { name, id } = options as StepOptions;
  if (typeof (name ?? id) !== "string") throw InvalidStepError.for("a step needs a name or an id");
  if (id !== undefined) readName(id, call);
  return options;
}
