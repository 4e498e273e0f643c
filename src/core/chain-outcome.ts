// From how a body ended to how its step ends: the chain's links, in the order written (N9–N11).
import { isThenable } from "../internal/thenable.ts";
import { UnexpectedError } from "./errors.ts";
import type { Outcome } from "./outcome.ts";
import { withCause } from "./step-failure.ts";
import { handlerFor, type Chain, type Handler, type Link } from "./step-chain.ts";

/** How a handler ended: it returned, or the failure is replaced. */
export type HandlerEnd =
  | { readonly replaced: false }
  | { readonly replaced: true; readonly error: unknown }
  | "cancelled";

/** Where the chain stands between two links. */
interface Standing {
  readonly outcome: Outcome;
  /** The failure that was recovered on the way: a recovered error is never hidden. */
  readonly recoveredFrom: { readonly error: unknown } | undefined;
  /** What the `onError` links since the last other link have named. Undefined: nothing, or everything. */
  readonly named: readonly (Link & { kind: "onError" | "onTags" })[];
  /** Whether a handler since then has raised another failure: no `next` recovers that. */
  readonly isReplaced: boolean;
}

const NONE: readonly [] = [];

/** Applies a chain to a value. Only `result` looks at one. */
export function chainValue(chain: Chain, value: unknown): unknown {
  if (chain.length === 0) return value;
  let seen = value;
  for (const { kind } of chain) if (kind === "result") seen = { ok: true, value: seen };
  return seen;
}

type RunHandler = (handler: Handler, error: unknown) => HandlerEnd | Promise<HandlerEnd>;

/** Applies a chain to a failure. `runHandler` runs the user's handlers, one after the other. A promise only where one of them gives one. */
export function chainFailure(chain: Chain, error: unknown, runHandler: RunHandler): Outcome | Promise<Outcome> {
  const beginning: Standing = {
    outcome: { status: "failed", error },
    recoveredFrom: undefined,
    named: NONE,
    isReplaced: false,
  };
  return walkOn(chain, 0, beginning, runHandler);
}

function walkOn(chain: Chain, from: number, before: Standing, runHandler: RunHandler): Outcome | Promise<Outcome> {
  let standing = before;
  for (let place = from; place < chain.length && standing.outcome.status !== "cancelled"; place++) {
    const next = afterLink(standing, chain[place]!, runHandler);
    if (next instanceof Promise) return next.then((later) => walkOn(chain, place + 1, later, runHandler));
    standing = next;
  }
  const { outcome, recoveredFrom } = standing;
  return outcome.status === "completed" && recoveredFrom !== undefined
    ? { status: "recovered", value: outcome.value, error: recoveredFrom.error }
    : outcome;
}

function afterLink(standing: Standing, link: Link, runHandler: RunHandler): Standing | Promise<Standing> {
  const { outcome } = standing;
  if (link.kind === "possibleError") return standing;
  if (outcome.status !== "failed") {
    return link.kind === "result" && outcome.status === "completed"
      ? { ...standing, outcome: { status: "completed", value: { ok: true, value: outcome.value } } }
      : standing;
  }
  const { error } = outcome;
  switch (link.kind) {
    case "onError":
    case "onTags":
      return afterHandler(standing, error, link, runHandler);
    case "next": {
      if (!recovers(standing, error)) return { ...standing, named: NONE, isReplaced: false };
      const data = dataFor(link.data, error);
      return data instanceof Promise ? data.then((made) => recovered(error, made)) : recovered(error, data);
    }
    case "abstractError":
      return failed(standing, wrapped(link.wrap, error));
    case "result":
      return recovered(error, { status: "completed", value: { ok: false, error } });
  }
}

function afterHandler(
  standing: Standing,
  error: unknown,
  link: Link & { kind: "onError" | "onTags" },
  runHandler: RunHandler,
): Standing | Promise<Standing> {
  const { outcome, recoveredFrom, named, isReplaced } = standing;
  const passed: Standing = { outcome, recoveredFrom, named: [...named, link], isReplaced };
  const handler = isReplaced ? undefined : handlerFor(link, error);
  if (handler === undefined) return passed;
  const end = runHandler(handler, error);
  return end instanceof Promise ? end.then((later) => afterEnd(passed, later)) : afterEnd(passed, end);
}

function afterEnd(standing: Standing, end: HandlerEnd): Standing {
  if (end === "cancelled") return { ...standing, outcome: { status: "cancelled" } };
  return end.replaced ? { ...standing, outcome: { status: "failed", error: end.error }, isReplaced: true } : standing;
}

// Alone, or after a plain `onError`, `next` recovers everything; once classes were named, exactly those.
function recovers({ named, isReplaced }: Standing, error: unknown): boolean {
  if (isReplaced) return false;
  let namesClasses = false;
  for (const link of named) {
    if (link.kind === "onError" && link.errorClass === undefined) continue;
    if (handlerFor(link, error) !== undefined) return true;
    namesClasses = true;
  }
  return !namesClasses;
}

function dataFor(data: unknown, error: unknown): Outcome | Promise<Outcome> {
  if (typeof data !== "function") return { status: "completed", value: data };
  try {
    const made: unknown = data(error);
    return isThenable(made) ? awaited(made, error) : { status: "completed", value: made };
  } catch (thrown) {
    return unmade(thrown, error);
  }
}

async function awaited(data: PromiseLike<unknown>, error: unknown): Promise<Outcome> {
  try {
    return { status: "completed", value: await data };
  } catch (thrown) {
    return unmade(thrown, error);
  }
}

function unmade(thrown: unknown, error: unknown): Outcome {
  return { status: "failed", error: UnexpectedError.from(withCause(thrown, error)) };
}

function recovered(error: unknown, outcome: Outcome): Standing {
  return { outcome, recoveredFrom: { error }, named: NONE, isReplaced: false };
}
function failed(standing: Standing, error: unknown): Standing {
  return { ...standing, outcome: { status: "failed", error }, named: NONE, isReplaced: false };
}
function wrapped(wrap: (cause: unknown) => unknown, error: unknown): unknown {
  try {
    return withCause(wrap(error), error);
  } catch (thrown) {
    return UnexpectedError.from(withCause(thrown, error));
  }
}
