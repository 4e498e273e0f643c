import { describe, expect, it } from "vitest";
import { chainFailure, chainValue, type HandlerEnd } from "./chain-outcome.ts";
import { UnexpectedError } from "./errors.ts";
import type { Outcome } from "./outcome.ts";
import {
  abstractErrorLink,
  onErrorLink,
  possibleErrorLinks,
  type Chain,
  type Handler,
  type Link,
} from "./step-chain.ts";
import { AbstractError, TaggedError } from "./tagged-error.ts";

class OutcomeTestA extends TaggedError("OutcomeTestA") {}
class OutcomeTestB extends TaggedError("OutcomeTestB") {}
class OutcomeTestWhole extends AbstractError("OutcomeTestWhole") {}

const failure = new OutcomeTestA({ message: "no" });
const result: Link = { kind: "result" };

function next(data?: unknown): Link {
  return { kind: "next", data };
}
function onError(...args: unknown[]): Link {
  return onErrorLink(args);
}
function handler(): Handler {
  return () => {};
}

/** Runs a chain on a failure; each handler that is run is noted, and ends as `end` says. */
async function run(chain: Chain, error: unknown = failure, end: (handler: Handler) => HandlerEnd = keeps) {
  const handled: [Handler, unknown][] = [];
  const outcome = await chainFailure(chain, error, async (given, seen) => {
    handled.push([given, seen]);
    return end(given);
  });
  return { outcome, handled };
}
function keeps(): HandlerEnd {
  return { replaced: false };
}

const labels = new Map<unknown, string>();
/** Errors are compared by identity. */
function label(error: unknown): string {
  if (!labels.has(error)) labels.set(error, `error ${labels.size + 1}`);
  return labels.get(error)!;
}
function shown(outcome: Outcome): object {
  return "error" in outcome ? { ...outcome, error: label(outcome.error) } : outcome;
}
function failed(error: unknown): object {
  return { status: "failed", error: label(error) };
}
function recovered(value: unknown, error: unknown = failure): object {
  return { status: "recovered", value, error: label(error) };
}

describe("a value", () => {
  it("passes through every link but result", () => {
    expect(chainValue([next(0), abstractErrorLink([OutcomeTestWhole])], 42)).toBe(42);
    expect(chainValue([result, next(0)], 42)).toEqual({ ok: true, value: 42 });
    expect(chainValue([], undefined)).toBeUndefined();
  });
});

describe("next", () => {
  it("alone, or after a plain onError, recovers everything, and keeps the error", async () => {
    expect(shown((await run([next()])).outcome)).toEqual(recovered(undefined));
    expect(shown((await run([next("data")])).outcome)).toEqual(recovered("data"));
    expect(shown((await run([onError(handler()), next(0)])).outcome)).toEqual(recovered(0));
    expect(shown((await run([next("any")], "no error at all")).outcome)).toEqual(recovered("any", "no error at all"));
  });

  it("takes a function of the error, awaited, whose throw is the failure then", async () => {
    const ofError = next(async (error: Error) => `was ${error.message}`);
    expect(shown((await run([ofError])).outcome)).toEqual(recovered("was no"));
    const throwing = next(() => {
      throw new Error("worse");
    });
    const { outcome } = await run([throwing]);
    expect(outcome).toMatchObject({
      status: "failed",
      error: { message: "worse", cause: { cause: { message: "no" } } },
    });
    expect((outcome as { readonly error: unknown }).error).toBeInstanceOf(UnexpectedError);
  });

  it("after classes were named, recovers exactly those", async () => {
    expect(shown((await run([onError(OutcomeTestA, handler()), next(0)])).outcome)).toEqual(recovered(0));
    expect(shown((await run([onError(OutcomeTestB, handler()), next(0)])).outcome)).toEqual(failed(failure));
    const both: Chain = [onError(OutcomeTestB, handler()), onError(OutcomeTestA, handler()), next(0)];
    expect(shown((await run(both)).outcome)).toEqual(recovered(0));
    const mixed: Chain = [onError(OutcomeTestB, handler()), onError(handler()), next(0)];
    expect(shown((await run(mixed)).outcome)).toEqual(failed(failure));
  });

  it("after a table, recovers its tags, and UnexpectedError only if listed", async () => {
    const unexpected = UnexpectedError.from(new Error("bug"));
    expect(shown((await run([onError({ OutcomeTestA: handler() }), next(0)])).outcome)).toEqual(recovered(0));
    expect(shown((await run([onError({ OutcomeTestA: handler() }), next(0)], unexpected)).outcome)).toEqual(
      failed(unexpected),
    );
    const listed: Chain = [onError({ OutcomeTestA: handler(), UnexpectedError: handler() }), next(0)];
    expect(shown((await run(listed, unexpected)).outcome)).toEqual(recovered(0, unexpected));
  });

  it("a class that was named before another link counts no more", async () => {
    const chain: Chain = [onError(OutcomeTestB, handler()), abstractErrorLink([OutcomeTestWhole]), next(0)];
    const { outcome } = await run(chain);
    expect(outcome).toMatchObject({ status: "recovered", value: 0, error: { _tag: "OutcomeTestWhole" } });
  });
});

describe("handlers", () => {
  it("run in the order written, those that are meant, and the failure goes on as it was", async () => {
    const [a, b, any] = [handler(), handler(), handler()];
    const chain: Chain = [
      onError(OutcomeTestA, a),
      onError(OutcomeTestB, b),
      onError(any),
      onError({ OutcomeTestA: a, OutcomeTestB: b }),
    ];
    const { outcome, handled } = await run(chain);
    expect(shown(outcome)).toEqual(failed(failure));
    expect(handled.map(([given]) => given)).toEqual([a, any, a]);
    expect(handled.every(([, seen]) => seen === failure)).toBe(true);
  });

  it("what one raised replaces the failure, is seen by no further handler, and is not recovered by that next", async () => {
    const raised = new OutcomeTestB();
    const [raising, later] = [handler(), handler()];
    const chain: Chain = [onError(raising), onError(later), next(0)];
    const { outcome, handled } = await run(chain, failure, () => ({ replaced: true, error: raised }));
    expect(shown(outcome)).toEqual(failed(raised));
    expect(handled.map(([given]) => given)).toEqual([raising]);
  });

  it("a second next recovers what the first left", async () => {
    const raised = new OutcomeTestB();
    const chain: Chain = [onError(handler()), next(0), next("second")];
    const { outcome } = await run(chain, failure, () => ({ replaced: true, error: raised }));
    expect(shown(outcome)).toEqual(recovered("second", raised));
  });

  it("one that was cancelled ends the chain", async () => {
    const later = handler();
    const { outcome, handled } = await run([onError(handler()), onError(later), next(0)], failure, () => "cancelled");
    expect(outcome).toEqual({ status: "cancelled" });
    expect(handled).toHaveLength(1);
  });

  it("after a recovery no handler runs", async () => {
    const { outcome, handled } = await run([next(0), onError(handler()), abstractErrorLink([OutcomeTestWhole])]);
    expect(shown(outcome)).toEqual(recovered(0));
    expect(handled).toEqual([]);
  });
});

describe("abstractError and result", () => {
  it("abstractError wraps whatever it is, with its cause", async () => {
    const byClass = await run([abstractErrorLink([OutcomeTestWhole])]);
    expect(byClass.outcome).toMatchObject({ status: "failed", error: { _tag: "OutcomeTestWhole", message: "no" } });
    expect((byClass.outcome as { readonly error: Error }).error.cause === failure).toBe(true);
    const byFunction = await run([abstractErrorLink([() => new OutcomeTestB()])], "text");
    expect(byFunction.outcome).toMatchObject({ error: { _tag: "OutcomeTestB", cause: "text" } });
  });

  it("a function that throws instead has failed itself: its error says why it was asked", async () => {
    const { outcome } = await run([
      abstractErrorLink([
        () => {
          throw new Error("worse");
        },
      ]),
    ]);
    expect((outcome as { readonly error: unknown }).error).toBeInstanceOf(UnexpectedError);
    expect(outcome).toMatchObject({ error: { message: "worse", cause: { cause: { message: "no" } } } });
  });

  it("result gives the failure as a value, and a value after a recovery as one", async () => {
    const { outcome } = await run([result]);
    const { value } = outcome as { readonly value: { readonly ok: boolean; readonly error: unknown } };
    expect(shown(outcome)).toEqual(recovered(value));
    expect([value.ok, value.error === failure]).toEqual([false, true]);
    expect((await run([next(0), result])).outcome).toMatchObject({
      status: "recovered",
      value: { ok: true, value: 0 },
    });
  });

  it("possibleError says nothing here", async () => {
    expect(shown((await run(possibleErrorLinks([OutcomeTestA]))).outcome)).toEqual(failed(failure));
  });
});
