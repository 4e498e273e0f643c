import { describe, expect, it } from "vitest";
import { Declined, EngineStage, SmtpDown, enterAttempt } from "../testing/engine-case.ts";
import { UnexpectedError } from "./errors.ts";
import { InlineEngine } from "./inline-engine.ts";
import { possibleErrorLinks, type Chain } from "./step-chain.ts";
import { markFailure } from "./failure-mark.ts";
import { readFailure, withCause } from "./step-failure.ts";
import { planBody, planFail, type StepPlan } from "./step-plan.ts";
import type { Attempt, StepNode } from "./step-tree.ts";

const PAY = planBody("Pay", () => undefined);
const CHARGE = planBody("Charge card", () => undefined);

function newRun(): EngineStage {
  return new EngineStage(({ clock }) => new InlineEngine(clock));
}
/** A step, and the attempt at it that throws. */
function stepOf({ chain = [], plan = PAY }: { readonly chain?: Chain; readonly plan?: StepPlan } = {}) {
  const stage = newRun();
  const node = stage.begin(plan, { chain });
  const read = (thrown: unknown) => readFailure(node, node.attempt, thrown);
  return { stage, node, attempt: node.attempt!, read };
}
function substep(stage: EngineStage, home: Attempt, plan: StepPlan = CHARGE): StepNode {
  return stage.begin(plan, { home });
}
function translating(...translators: ((thrown: unknown) => unknown)[]): Chain {
  return translators.flatMap((translate) => possibleErrorLinks([Declined, translate]));
}
/** An error with a cause at this depth. */
function wrapped(cause: unknown, depth: number): unknown {
  let error = cause;
  for (let level = 0; level < depth; level++) error = new TypeError(`level ${level}`, { cause: error });
  return error;
}

describe("a throw is typed", () => {
  it("where the step's chain declares its class, or a class that it extends", () => {
    class SmtpTimeout extends SmtpDown {}
    const { read } = stepOf({ chain: possibleErrorLinks([Declined, SmtpDown]) });
    for (const error of [new Declined({ code: "05" }), new SmtpDown("no route"), new SmtpTimeout("no answer")]) {
      expect(read(error)).toEqual({ error, thrown: error, mayRetry: true });
      expect(read(error).error).toBe(error);
    }
  });

  it("where the step's options declare it", () => {
    const { read } = stepOf({ plan: { ...PAY, options: { errors: [Declined] } } });
    const error = new Declined({ code: "05" });
    expect(read(error).error).toBe(error);
    expect(read(new SmtpDown("no")).error).toBeInstanceOf(UnexpectedError);
  });

  it("where it was raised: it is the step's answer, and is not tried again, declared or not", () => {
    for (const chain of [[], possibleErrorLinks([Declined])]) {
      const { attempt, read } = stepOf({ chain });
      const error = new Declined({ code: "05" });
      attempt.arrives(error);
      expect(read(error)).toEqual({ error, thrown: error, mayRetry: false });
      expect(read(new Declined({ code: "05" })).mayRetry).toBe(true);
    }
  });

  it("where what was raised is no error at all", () => {
    const { attempt, read } = stepOf();
    for (const raised of ["no", 5, null, undefined]) {
      attempt.arrives(raised);
      expect(read(raised)).toEqual({ error: raised, thrown: raised, mayRetry: false });
    }
  });
});

describe("a throw is unexpected", () => {
  it("where nobody declared it: the policy sees it as it was thrown", () => {
    const { read } = stepOf({ chain: possibleErrorLinks([Declined]) });
    const thrown = new TypeError("amount is not a number");
    const failure = read(thrown);
    expect(failure.error).toBeInstanceOf(UnexpectedError);
    expect(failure).toMatchObject({ error: { message: "amount is not a number", cause: thrown }, mayRetry: true });
    expect(failure.thrown).toBe(thrown);
  });

  it("once, however far it travels", () => {
    const thrown = UnexpectedError.from(new TypeError("no"));
    expect(stepOf().read(thrown).error).toBe(thrown);
  });

  it("where it is no error", () => {
    for (const thrown of ["a text", null, undefined, 5, Symbol("odd"), {}, Object.create(null)]) {
      const failure = stepOf().read(thrown);
      expect(failure.error).toBeInstanceOf(UnexpectedError);
      expect((failure.error as UnexpectedError).cause).toBe(thrown);
      expect(failure).toMatchObject({ thrown, mayRetry: true });
    }
  });

  it.each(["name", "message", "cause", "stack"])("where its %s cannot be read", (part) => {
    const thrown = unreadable(part);
    const failure = stepOf().read(thrown);
    expect(failure.error).toBeInstanceOf(UnexpectedError);
    expect((failure.error as UnexpectedError).cause).toBe(thrown);
    expect([failure.thrown === thrown, failure.mayRetry]).toEqual([true, true]);
  });
});

describe("a throw is translated", () => {
  const thrown = Object.assign(new TypeError("card_declined"), { code: "05" });
  const declined = new Declined({ code: "05" });

  it("into the declared class, before the policy looks; the first translation that is one counts", () => {
    const seen: unknown[] = [];
    const { read } = stepOf({
      chain: translating(
        (error) => void seen.push(error),
        () => declined,
        () => new Declined({ code: "later" }),
      ),
    });
    expect(read(thrown)).toEqual({ error: declined, thrown: declined, mayRetry: true });
    expect(seen).toEqual([thrown]);
  });

  it("not where it is typed already, or was raised", () => {
    const chain = translating(() => new Declined({ code: "translated" }));
    const typed = stepOf({ chain });
    expect(typed.read(declined).error).toBe(declined);
    const raised = stepOf({ chain });
    raised.attempt.arrives(thrown);
    expect(raised.read(thrown)).toEqual({ error: thrown, thrown, mayRetry: false });
  });

  it("not into anything but the class of its link", () => {
    for (const translation of [undefined, null, "05", new SmtpDown("no route"), { _tag: "EngineCaseDeclined" }]) {
      const { read } = stepOf({ chain: [...possibleErrorLinks([SmtpDown]), ...translating(() => translation)] });
      expect(read(thrown)).toMatchObject({ error: { _tag: "UnexpectedError", cause: thrown }, thrown });
    }
  });

  it("by a translator that throws: that is what went wrong, and the throw its cause", () => {
    const broken = new RangeError("no such code");
    const { read } = stepOf({
      chain: translating(
        () => {
          throw broken;
        },
        () => declined,
      ),
    });
    const failure = read(thrown);
    expect(failure.error).toMatchObject({ _tag: "UnexpectedError", message: "no such code" });
    expect([(failure.error as Error).cause, broken.cause, failure.thrown]).toEqual([broken, thrown, broken]);
    expect(failure.mayRetry).toBe(true);
  });

  it("by a translator that throws what is declared: it is typed", () => {
    const chain = translating(() => {
      throw declined;
    });
    expect(stepOf({ chain }).read(thrown)).toMatchObject({ error: declined, thrown: declined, mayRetry: true });
  });
});

describe("what came out of a substep has had its own retries", () => {
  it("as it is, or as a cause at any depth that code makes; and where it is translated", () => {
    for (const depth of [0, 1, 31]) {
      const { stage, attempt, read } = stepOf();
      const error = new Declined({ code: "05" });
      markFailure(substep(stage, attempt), error);
      expect([depth, read(wrapped(error, depth)).mayRetry]).toEqual([depth, false]);
      expect(read({ cause: error }).mayRetry).toBe(false);
    }
    const { stage, attempt, read } = stepOf({ chain: translating(() => new Declined({ code: "05" })) });
    const error = new TypeError("no");
    markFailure(substep(stage, attempt), error);
    expect(read(new TypeError("wrapped", { cause: error }))).toMatchObject({ error: { code: "05" }, mayRetry: false });
  });

  it("of a substep further down, and of one that was raised", () => {
    const { stage, attempt, read } = stepOf();
    const [deep, raised] = [new TypeError("deep"), new Declined({ code: "05" })];
    markFailure(substep(stage, substep(stage, attempt).attempt!), deep);
    markFailure(substep(stage, attempt, planFail([raised])), raised);
    expect([read(deep).mayRetry, read(raised).mayRetry]).toEqual([false, false]);
  });

  it("but not what came out of a step elsewhere, or of this one's attempt before", () => {
    const { stage, node, read } = stepOf();
    const [beside, own, elsewhere] = [new TypeError("beside"), new TypeError("own"), new TypeError("elsewhere")];
    markFailure(stage.begin(CHARGE), beside);
    markFailure(node, own);
    markFailure(newRun().begin(CHARGE), elsewhere);
    for (const error of [beside, own, elsewhere]) expect(read(wrapped(error, 1)).mayRetry).toBe(true);
  });

  it("causes that lead back to themselves, or on and on, come to an end", () => {
    const { read } = stepOf();
    const cyclic = new TypeError("cyclic");
    cyclic.cause = new TypeError("its cause", { cause: cyclic });
    const itself = new TypeError("itself");
    itself.cause = itself;
    for (const error of [cyclic, itself, wrapped("the first cause", 100_000)]) expect(read(error).mayRetry).toBe(true);
  });
});

describe("withCause", () => {
  it("gives a cause where there is none, and it does not show", () => {
    const error = new TypeError("no");
    expect(withCause(error, "why")).toBe(error);
    expect([error.cause, Object.keys(error)]).toEqual(["why", []]);
    expect(withCause({}, "why")).toHaveProperty("cause", "why");
  });

  it("leaves a cause of its own alone, also a false one; and an error is not its own cause", () => {
    for (const cause of ["mine", 0, "", null, false]) {
      expect(withCause(new TypeError("no", { cause }), "why")).toHaveProperty("cause", cause);
    }
    const error = new TypeError("no");
    expect((withCause(error, error) as Error).cause).toBeUndefined();
  });

  it("gives back what can have none", () => {
    const frozen = Object.freeze(new TypeError("no"));
    for (const error of ["no", null, undefined, 5, frozen, unreadable("cause")]) {
      expect(withCause(error, "why") === error).toBe(true);
    }
    expect(frozen.cause).toBeUndefined();
  });
});

/** The places at the end of a stack. */
function placesIn(error: Error): string[] {
  return error.stack!.split("\n").flatMap((line) => (/^ {4}at (step|the function) /.test(line) ? [line.trim()] : []));
}
const AT_PAY = "at step 1 Pay (Charge, run_1)";
const AT_CHARGE = "at step 1.1 Charge card (Charge, run_1)";

describe("the place at the end of a stack", () => {
  it("is the step that failed, once however often it is marked", () => {
    const { node } = stepOf();
    const error = new TypeError("no");
    const { stack } = error;
    for (let time = 0; time < 3; time++) markFailure(node, error);
    expect(error.stack).toBe(`${stack}\n    ${AT_PAY}`);
    expect(Object.keys(error)).toEqual([]);
  });

  it("is followed by those around it as the error goes up, to the function", () => {
    const { stage, node, attempt } = stepOf();
    const error = new TypeError("no");
    for (const failed of [substep(stage, attempt), node, stage.body.node]) markFailure(failed, error);
    expect(placesIn(error)).toEqual([AT_CHARGE, AT_PAY, 'at the function "Charge" (run_1)']);
    expect(error.stack!.endsWith('\n    at the function "Charge" (run_1)')).toBe(true);
  });

  it("is replaced where the same error object is thrown again: by another step, or in another run", () => {
    const constant = new TypeError("no");
    const { stack } = constant;
    for (let run = 0; run < 3; run++) {
      const { stage, node, attempt } = stepOf();
      for (const failed of [substep(stage, attempt), node, stage.body.node]) markFailure(failed, constant);
      expect(placesIn(constant)).toHaveLength(3);
    }
    const { stage, node, attempt } = stepOf();
    markFailure(substep(stage, attempt), constant);
    markFailure(substep(stage, attempt), constant);
    markFailure(node, constant);
    expect(constant.stack).toBe(`${stack}\n    ${AT_CHARGE.replace("1.1", "1.2")}\n    ${AT_PAY}`);
  });

  it("is not a raise's own: a raised error is placed in the step that raised it", () => {
    const { stage, node, attempt } = stepOf();
    const error = new Declined({ code: "05" });
    markFailure(substep(stage, attempt, planFail([error])), error);
    expect(placesIn(error)).toEqual([]);
    markFailure(node, error);
    expect(placesIn(error)).toEqual([AT_PAY]);
  });

  it("is written behind what a handler's step failed with, too", () => {
    const { stage, node } = stepOf();
    const error = new TypeError("no");
    markFailure(substep(stage, enterAttempt(node)), error);
    markFailure(node, error);
    expect(placesIn(error)).toEqual([AT_CHARGE, AT_PAY]);
  });
});

describe("an error whose stack is none, or cannot be written, is marked without harm", () => {
  it.each<[string, () => unknown]>([
    ["no stack", () => Object.defineProperty(new TypeError("no"), "stack", { value: undefined })],
    ["a stack of call sites", () => Object.defineProperty(new TypeError("no"), "stack", { value: [1, 2] })],
    ["a frozen error", () => Object.freeze(new TypeError("no"))],
    ["an object", () => ({ stack: "not an error's" })],
    ["an object without a prototype", () => Object.create(null)],
    ["a stack that cannot be read", () => unreadable("stack")],
  ])("%s", (_what, make) => {
    const { stage, attempt, read } = stepOf();
    const error = make();
    const descriptor = Object.getOwnPropertyDescriptor(error, "stack");
    expect(() => markFailure(substep(stage, attempt), error)).not.toThrow();
    expect(Object.getOwnPropertyDescriptor(error, "stack")).toEqual(descriptor);
    expect(read({ cause: error }).mayRetry).toBe(false);
  });

  it.each([["a text"], [null], [undefined], [5], [Symbol.for("odd")]])("%s", (thrown) => {
    const { node, read } = stepOf();
    expect(() => markFailure(node, thrown)).not.toThrow();
    expect(read(thrown).mayRetry).toBe(true);
  });
});

/** An error whose part cannot be read. */
function unreadable(part: string): Error {
  return Object.defineProperty(new TypeError("odd"), part, {
    get() {
      throw new RangeError(`the ${part} cannot be read`);
    },
  });
}
