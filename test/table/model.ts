// What the language says about each cell, written by hand from docs/reference/language.md (sections 2 to 4, cited as "4.3")
// and the promises P1 to P3 of the journal. It knows nothing of the source: it imports the axes and no more.
import { FACTS, type Cell, type HandlerKind, type Program } from "./cells.ts";

/** Which object an error is, in process: the one last thrown or raised there. */
export type Origin = "body" | "translator" | "substep" | "handler" | "handlerCause" | "nextFn";

export interface ExpectedError {
  /** The literal `_tag` of a tagged error, else undefined. */
  readonly tag: string | undefined;
  readonly name: string;
  /** Fields, for tagged errors of ours. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** `undefined`: the language does not say, so only that it stays the same is checked. */
  readonly message: string | undefined;
  /** `"unsaid"`: the language does not say whether there is one. */
  readonly cause: ExpectedError | "none" | "unsaid";
  /** In process, values and errors are handed over as they are (section 5). */
  readonly origin: Origin | undefined;
}

export interface ExpectedSubstep {
  readonly number: string;
  readonly name: "Ask" | "Wait" | "Note";
  /** `undefined`: a substep that was aborted with its parent; the language does not say. */
  readonly status: "completed" | "failed" | undefined;
  readonly attempts: number | undefined;
  /** How often its body was entered, over all attempts of its parent. */
  readonly calls: number;
}

export interface ExpectedHandlerRun {
  readonly id: string;
  readonly given: ExpectedError;
}

/** What the code around the step sees. `returned`: a generator that was ended by `return()`, where no `catch` runs (4.10). */
export type ExpectedOutcome =
  | { readonly is: "value"; readonly value: unknown; readonly sameObject: boolean }
  | { readonly is: "error"; readonly error: ExpectedError }
  | { readonly is: "returned" };

export interface Expected {
  readonly outcome: ExpectedOutcome;
  readonly status: "completed" | "recovered" | "failed" | "cancelled";
  /** What the record of the step keeps: the failure, or what was recovered from (4.4). */
  readonly kept: ExpectedError | undefined;
  readonly number: string;
  readonly attempts: number;
  readonly bodyCalls: number;
  readonly substeps: readonly ExpectedSubstep[];
  readonly handlerRuns: readonly ExpectedHandlerRun[];
  readonly nextRuns: readonly ExpectedError[];
  readonly run: "completed" | "cancelled";
}

/** What the language does not let one write, and why. */
export const ILLEGAL: readonly { readonly why: string; readonly holdsFor: (program: Program) => boolean }[] = [
  {
    why:
      "after abstractError the Failure is that one class (4.5), so onError(Refused, …) or onError(Unreachable, …) names what " +
      "the step cannot fail with, and does not compile (4.3: base classes, UnexpectedError and the abstract class may be named)",
    holdsFor: ({ abstract, handler }) =>
      abstract === "first" && (handler === "classes" || handler === "mixed" || handler === "raisesNamed"),
  },
  {
    why:
      "TypeScript cannot see a failure through await (section 2): undeclared, Overdrawn or Missing is not in the Failure of an " +
      "async body, and onError(Class, …) does not compile with it (4.3); declared, it is another row of this table",
    holdsFor: ({ abstract, handler, body, kind }) =>
      abstract !== "first" &&
      (handler === "ownClass" || handler === "raisesNamed") &&
      body === "async" &&
      (kind === "raised" || kind === "substepUndeclared"),
  },
];

export function whyIllegal(program: Program): string | undefined {
  return ILLEGAL.find((rule) => rule.holdsFor(program))?.why;
}

// --- What the step declares, and what its handlers name -------------------------------------------------------------------

/** The classes that `possibleError` names (4.2); Unreachable always with its translation. */
export function declaredTags({ kind }: Program): string[] {
  const declared = ["Refused", "Unreachable"];
  if (kind === "raisedDeclared") declared.push("Overdrawn");
  if (kind === "substepDeclared") declared.push("Missing");
  return declared;
}

/** The tags in the type of the step where `onError` stands: declared, inferred (not through `await`: section 2), and the timeout's. */
export function failureTags(program: Program): string[] {
  if (program.abstract === "first") return ["StepFailed"];
  const tags = declaredTags(program);
  const isInferred = program.body !== "async";
  if (program.kind === "raised" && isInferred) tags.push("Overdrawn");
  if (program.kind === "substepUndeclared" && isInferred) tags.push("Missing");
  if (program.kind === "timeout") tags.push("StepTimeoutError");
  return tags;
}

/** The class that `ownClass` names first: that of the failure of this row, where it is a typed one. */
export function ownTag(program: Program): string {
  if (program.abstract === "first") return "StepFailed";
  const { kind } = program;
  if (kind === "translated") return "Unreachable";
  if (kind === "raised" || kind === "raisedDeclared") return "Overdrawn";
  if (kind === "substepDeclared" || kind === "substepUndeclared") return "Missing";
  return kind === "timeout" ? "StepTimeoutError" : "Refused";
}

export interface HandlerLink {
  readonly id: string;
  /** The tag that it is for; `undefined`: for whatever went wrong. */
  readonly tag: string | undefined;
  readonly act: "looks" | "runsStep" | "raises" | "raisesWithCause" | "raisesRefused" | "throws" | "rethrows";
}

/** The handlers of a program, in the order written. */
export function handlerLinks(program: Program): HandlerLink[] {
  const looking = (tags: readonly string[]): HandlerLink[] => tags.map((tag) => ({ id: tag, tag, act: "looks" }));
  const links: Record<HandlerKind, () => HandlerLink[]> = {
    none: () => [],
    looks: () => [{ id: "any", tag: undefined, act: "looks" }],
    runsStep: () => [{ id: "any", tag: undefined, act: "runsStep" }],
    classes: () => looking(["Refused", "Unreachable"]),
    ownClass: () => looking([ownTag(program), "UnexpectedError"]),
    mixed: () => [...looking(["Refused"]), { id: "any", tag: undefined, act: "looks" }],
    map: () => looking(failureTags(program)),
    mapUnexpected: () => looking([...failureTags(program), "UnexpectedError"]),
    raises: () => [{ id: "any", tag: undefined, act: "raises" }],
    raisesFirst: () => [
      { id: "first", tag: undefined, act: "raisesWithCause" },
      { id: "second", tag: undefined, act: "looks" },
    ],
    // What the first raises is of a class that is named too: still it is neither handled by the second nor recovered.
    raisesNamed: () => [
      { id: "first", tag: ownTag(program), act: "raisesRefused" },
      { id: "second", tag: "Refused", act: "looks" },
    ],
    throws: () => [{ id: "any", tag: undefined, act: "throws" }],
    rethrows: () => [{ id: "any", tag: undefined, act: "rethrows" }],
  };
  return links[program.handler]();
}

// --- Errors ---------------------------------------------------------------------------------------------------------------

const foreign = (fact: { readonly name: string; readonly message: string }, origin: Origin): ExpectedError => ({
  tag: undefined,
  name: fact.name,
  fields: {},
  message: fact.message,
  cause: "none",
  origin,
});

const tagged = (
  tag: string,
  fact: { readonly fields: Readonly<Record<string, unknown>>; readonly message: string },
  origin: Origin,
  cause: ExpectedError["cause"] = "none",
): ExpectedError => ({ tag, name: tag, fields: fact.fields, message: fact.message, cause, origin });

/** 4.2: message of the original, which is the cause. */
const unexpected = (original: ExpectedError): ExpectedError => ({
  tag: "UnexpectedError",
  name: "UnexpectedError",
  fields: {},
  message: original.message,
  cause: original,
  origin: undefined,
});

const timedOut: ExpectedError = {
  tag: "StepTimeoutError",
  name: "StepTimeoutError",
  fields: {},
  message: undefined,
  cause: "unsaid",
  origin: undefined,
};

const cancelled: ExpectedError = { ...timedOut, tag: undefined, name: "CancelledError" };

/** 4.5: whatever went wrong below is its cause. */
const abstracted = (cause: ExpectedError): ExpectedError => ({
  tag: "StepFailed",
  name: "StepFailed",
  fields: {},
  message: undefined,
  cause,
  origin: undefined,
});

/** With what the body ends, its last attempt over (4.2). */
function bodyFailure({ kind, body }: Program): ExpectedError | undefined {
  const missing = tagged("Missing", FACTS.missing, "substep");
  switch (kind) {
    case "value":
    case "cancellation":
      return undefined;
    case "declared":
      return tagged("Refused", FACTS.refused, "body");
    case "translated":
      return tagged("Unreachable", FACTS.unreachable, "translator", foreign(FACTS.socket, "body"));
    case "raised":
    case "raisedDeclared":
      return tagged("Overdrawn", FACTS.overdrawn, "body");
    case "unexpected":
      return unexpected(foreign(FACTS.bug, "body"));
    case "substepDeclared":
      return missing;
    case "substepUndeclared":
      // Typed through yield* and through a returned step; through await it is not declared, and so unexpected.
      return body === "async" ? unexpected(missing) : missing;
    case "substepUnexpected":
      // Wrapped once: by the substep.
      return unexpected(foreign(FACTS.bug, "substep"));
    case "timeout":
      return timedOut;
  }
}

// --- Attempts (4.8) -------------------------------------------------------------------------------------------------------

/** Decided: a timeout is a failed attempt to the policy. Unreachable says `retry: false`, and is what the policy sees. */
const IS_RETRIED: Record<Program["kind"], boolean> = {
  value: false,
  declared: true,
  translated: false,
  raised: false,
  raisedDeclared: false,
  unexpected: true,
  substepDeclared: false,
  substepUndeclared: false,
  substepUnexpected: false,
  timeout: true,
  cancellation: false,
};

function attemptsOf({ kind, retries, mode }: Cell): number {
  if (!IS_RETRIED[kind]) return 1;
  if (retries === "once") return 2;
  return mode === "inProcess" ? 1 : 4;
}

// --- The chain (4.3 to 4.5, 4.7) ------------------------------------------------------------------------------------------

interface ChainState {
  /** `undefined`: it has a value. */
  failure: ExpectedError | undefined;
  value: unknown;
  /** Whether a handler raised the failure: then no `next` recovers it. */
  isRaisedByHandler: boolean;
  recoveredFrom: ExpectedError | undefined;
  readonly handlerRuns: ExpectedHandlerRun[];
  readonly nextRuns: ExpectedError[];
  noteRuns: number;
}

/** Decided: links in a row are one group; every one that matches runs on the original failure, until one raises. */
function applyHandlers(state: ChainState, links: readonly HandlerLink[]): void {
  const original = state.failure;
  if (original === undefined) return;
  for (const { id, tag, act } of links) {
    if (tag !== undefined && tag !== original.tag) continue;
    state.handlerRuns.push({ id, given: original });
    if (act === "runsStep") state.noteRuns += 1;
    const replacement = replacementBy(act, original);
    if (replacement === undefined) continue;
    state.failure = replacement;
    state.isRaisedByHandler = true;
    return;
  }
}

/** What a handler puts in the place of the failure; `undefined`: the failure goes on as before. */
function replacementBy(act: HandlerLink["act"], original: ExpectedError): ExpectedError | undefined {
  if (act === "raises") return tagged("Replaced", FACTS.replaced, "handler", original);
  if (act === "raisesWithCause")
    return tagged("Replaced", FACTS.replaced, "handler", foreign(FACTS.ownCause, "handlerCause"));
  if (act === "raisesRefused") return tagged("Refused", FACTS.refused, "handler", original);
  // 4.3 speaks of keeping the old failure as the cause of what is raised; of what is plainly thrown it does not say.
  if (act === "throws") return unexpected({ ...foreign(FACTS.clumsy, "handler"), cause: "unsaid" });
  return undefined;
}

function applyNext(state: ChainState, next: Program["next"], links: readonly HandlerLink[]): void {
  const { failure } = state;
  if (next === "none" || failure === undefined || state.isRaisedByHandler) return;
  const named = links.map((link) => link.tag).filter((tag) => tag !== undefined);
  if (named.length > 0 && !named.some((tag) => tag === failure.tag)) return;
  if (next === "next(fn)" || next === "next(throws)") state.nextRuns.push(failure);
  if (next === "next(throws)") {
    // As with what a handler plainly throws, the language does not say whether the old failure becomes its cause.
    state.failure = unexpected({ ...foreign(FACTS.noNext, "nextFn"), cause: "unsaid" });
    return;
  }
  state.failure = undefined;
  state.recoveredFrom = failure;
  state.value = next === "next()" ? undefined : next === "next(value)" ? FACTS.fallback : { after: failure.name };
}

function applyAbstract(state: ChainState): void {
  if (state.failure !== undefined) state.failure = abstracted(state.failure);
}

// --- Numbers (section 3) --------------------------------------------------------------------------------------------------

/** A step before it is number 1. */
const NUMBER = "2";

function bodySubsteps(cell: Cell, attempts: number): ExpectedSubstep[] {
  const number = `${NUMBER}.1`;
  if (cell.kind.startsWith("substep")) return [{ number, name: "Ask", status: "failed", attempts: 2, calls: 2 }];
  // Only a generator cannot await a promise of its own: it waits in a substep, which its parent's end aborts. Without an
  // outcome it runs again in the next attempt, under its number.
  const isWaiting = (cell.kind === "timeout" || cell.kind === "cancellation") && cell.body === "generator";
  return isWaiting ? [{ number, name: "Wait", status: undefined, attempts: undefined, calls: attempts }] : [];
}

/** What the language expects of a cell. */
export function expectedOf(cell: Cell): Expected {
  const attempts = attemptsOf(cell);
  const inBody = bodySubsteps(cell, attempts);
  const common = { number: NUMBER, attempts, bodyCalls: attempts };
  if (cell.kind === "cancellation") {
    // 4.10: no failure, so no link applies. Async code sees CancelledError; a generator ends by return().
    const isGenerator = cell.body === "generator" || cell.body === "asyncGenerator";
    const outcome: ExpectedOutcome = isGenerator ? { is: "returned" } : { is: "error", error: cancelled };
    const nothing = { kept: undefined, substeps: inBody, handlerRuns: [], nextRuns: [] };
    return { ...common, ...nothing, outcome, status: "cancelled", run: "cancelled" };
  }
  const state: ChainState = {
    failure: bodyFailure(cell),
    value: FACTS.receipt,
    isRaisedByHandler: false,
    recoveredFrom: undefined,
    handlerRuns: [],
    nextRuns: [],
    noteRuns: 0,
  };
  const links = handlerLinks(cell);
  if (cell.abstract === "first") applyAbstract(state);
  applyHandlers(state, links);
  applyNext(state, cell.next, links);
  if (cell.abstract === "last") applyAbstract(state);

  const { failure, recoveredFrom, value, handlerRuns, nextRuns, noteRuns } = state;
  // After the body's substeps (4.3).
  const notes = Array.from({ length: noteRuns }, (_, index): ExpectedSubstep => {
    const number = `${NUMBER}.${inBody.length + index + 1}`;
    return { number, name: "Note", status: "completed", attempts: 1, calls: 1 };
  });
  return {
    ...common,
    outcome:
      failure === undefined
        ? { is: "value", value, sameObject: recoveredFrom === undefined }
        : { is: "error", error: failure },
    status: failure !== undefined ? "failed" : recoveredFrom === undefined ? "completed" : "recovered",
    kept: failure ?? recoveredFrom,
    substeps: [...inBody, ...notes],
    handlerRuns,
    nextRuns,
    run: "completed",
  };
}
