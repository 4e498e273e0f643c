// From how a body ended to how its step ends: the chain's links, in the order written (N9–N11).
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

/** Applies a chain to a value. Only `result` looks at one. */
export function chainValue(chain: Chain, value: unknown): unknown {
  let seen = value;
  for (const { kind } of chain) if (kind === "result") seen = { ok: true, value: seen };
  return seen;
}

/** Applies a chain to a failure. `runHandler` runs the user's handlers, one after the other. */
export async function chainFailure(
  chain: Chain,
  error: unknown,
  runHandler: (handler: Handler, error: unknown) => Promise<HandlerEnd>,
): Promise<Outcome> {
  let standing: Standing = {
    outcome: { status: "failed", error },
    recoveredFrom: undefined,
    named: [],
    isReplaced: false,
  };
  for (const link of chain) {
    standing = await afterLink(standing, link, runHandler);
    if (standing.outcome.status === "cancelled") return standing.outcome;
  }
  const { outcome, recoveredFrom } = standing;
  return outcome.status === "completed" && recoveredFrom !== undefined
    ? { status: "recovered", value: outcome.value, error: recoveredFrom.error }
    : outcome;
}

async function afterLink(
  standing: Standing,
  link: Link,
  runHandler: (handler: Handler, error: unknown) => Promise<HandlerEnd>,
): Promise<Standing> {
  const { outcome } = standing;
  if (link.kind === "possibleError") return standing;
  if (outcome.status !== "failed") {
    return link.kind === "result" && outcome.status === "completed"
      ? { ...standing, outcome: { status: "completed", value: { ok: true, value: outcome.value } } }
      : standing;
  }
  switch (link.kind) {
    case "onError":
    case "onTags":
      return afterHandler(standing, outcome.error, link, runHandler);
    case "next":
      return recovers(standing, outcome.error)
        ? recovered(outcome.error, await dataFor(link.data, outcome.error))
        : { ...standing, named: [], isReplaced: false };
    case "abstractError":
      return failed(standing, wrapped(link.wrap, outcome.error));
    case "result":
      return recovered(outcome.error, { status: "completed", value: { ok: false, error: outcome.error } });
  }
}

async function afterHandler(
  standing: Standing,
  error: unknown,
  link: Link & { kind: "onError" | "onTags" },
  runHandler: (handler: Handler, error: unknown) => Promise<HandlerEnd>,
): Promise<Standing> {
  const next = { ...standing, named: [...standing.named, link] };
  const handler = standing.isReplaced ? undefined : handlerFor(link, error);
  if (handler === undefined) return next;
  const end = await runHandler(handler, error);
  if (end === "cancelled") return { ...next, outcome: { status: "cancelled" } };
  return end.replaced ? { ...next, outcome: { status: "failed", error: end.error }, isReplaced: true } : next;
}

// Alone, or after a plain `onError`, `next` recovers everything; once classes were named, exactly those.
function recovers({ named, isReplaced }: Standing, error: unknown): boolean {
  if (isReplaced) return false;
  const namesClasses = named.some((link) => link.kind === "onTags" || link.errorClass !== undefined);
  return (
    !namesClasses ||
    named.some(
      (link) => (link.kind === "onTags" || link.errorClass !== undefined) && handlerFor(link, error) !== undefined,
    )
  );
}

async function dataFor(data: unknown, error: unknown): Promise<Outcome> {
  try {
    return { status: "completed", value: typeof data === "function" ? await data(error) : data };
  } catch (thrown) {
    return { status: "failed", error: UnexpectedError.from(withCause(thrown, error)) };
  }
}

function recovered(error: unknown, outcome: Outcome): Standing {
  return { outcome, recoveredFrom: { error }, named: [], isReplaced: false };
}
function failed(standing: Standing, error: unknown): Standing {
  return { ...standing, outcome: { status: "failed", error }, named: [], isReplaced: false };
}
function wrapped(wrap: (cause: unknown) => unknown, error: unknown): unknown {
  try {
    return withCause(wrap(error), error);
  } catch (thrown) {
    return UnexpectedError.from(withCause(thrown, error));
  }
}
