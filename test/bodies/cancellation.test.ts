// Cancellation is not a failure: generators end by `return()`, async bodies see a `CancelledError`, and no handler hears of it.
import { describe, expect, it } from "vitest";
import { CancelledError, type StepTools } from "../../src/index.ts";
import { Performance, PLACES, type Notes, type Program } from "./stage.ts";

/** A step that works until it is told to end. */
function work(step: StepTools, { code, effects }: Notes) {
  return step
    .run("Work", async () => {
      await told(step);
      effects.push("told");
    })
    .onError(() => void code.push("onError"))
    .next();
}

function told(step: StepTools): Promise<void> {
  return new Promise((resolve) => step.signal.addEventListener("abort", () => resolve(), { once: true }));
}

function nameOf(error: unknown): string {
  return error instanceof CancelledError ? "CancelledError" : String(error);
}

const GENERATORS: [string, Program][] = [
  [
    "generator",
    function* (step, notes) {
      const { code, effects } = notes;
      try {
        yield* work(step, notes);
        code.push("went on");
      } catch (error) {
        code.push(`catch ${nameOf(error)}`);
      } finally {
        code.push("finally");
        code.push(yield* step.run("Close", () => (effects.push("closed"), "closed")));
      }
    },
  ],
  [
    "async generator",
    async function* (step, notes) {
      const { code, effects } = notes;
      try {
        yield* work(step, notes);
        code.push("went on");
      } catch (error) {
        code.push(`catch ${nameOf(error)}`);
      } finally {
        code.push("finally");
        await Promise.resolve();
        code.push(yield* step.run("Close", () => (effects.push("closed"), "closed")));
      }
    },
  ],
];

const PROMISING: [string, Program][] = [
  [
    "async function",
    async (step, notes) => {
      const { code, effects } = notes;
      try {
        await work(step, notes);
        code.push("went on");
      } catch (error) {
        code.push(`catch ${nameOf(error)}`);
      }
      await step.run("Later", () => void effects.push("later")).catch((error: unknown) => code.push(nameOf(error)));
      await step.all([() => void effects.push("branch")]).catch((error: unknown) => code.push(`all ${nameOf(error)}`));
      await step.sleep("1h").catch((error: unknown) => code.push(`sleep ${nameOf(error)}`));
      return "swallowed";
    },
  ],
  [
    "plain function",
    (step, notes) =>
      work(step, notes)
        .catch((error: unknown) => void notes.code.push(`catch ${nameOf(error)}`))
        .then(() => step.run("Later", () => void notes.effects.push("later")))
        .catch((error: unknown) => notes.code.push(nameOf(error)))
        .then(() => step.all([() => void notes.effects.push("branch")]))
        .catch((error: unknown) => notes.code.push(`all ${nameOf(error)}`))
        .then(() => step.sleep("1h"))
        .catch((error: unknown) => notes.code.push(`sleep ${nameOf(error)}`)),
  ],
];

describe.each(PLACES)("%s", (place) => {
  it.each(GENERATORS)(
    "a %s ends by return(): no catch runs, and the steps of its finally do",
    async (_kind, program) => {
      const performance = await Performance.begin(place, program);
      expect(await performance.cancel()).toBe(true);
      await performance.pass(1_000);
      expect(performance.end).toBe("cancelled");
      expect(performance.notes).toEqual({ code: ["finally", "closed"], effects: ["told", "closed"] });
      expect(performance.told).toEqual(["1 Work cancelled", "2 Close completed"]);
    },
  );

  it.each(PROMISING)("%s: it sees a CancelledError, and so does each later step", async (_kind, program) => {
    const performance = await Performance.begin(place, program);
    expect(await performance.cancel()).toBe(true);
    await performance.pass(1_000);
    expect(performance.end).toBe("cancelled");
    expect(performance.notes).toEqual({
      code: ["catch CancelledError", "CancelledError", "all CancelledError", "sleep CancelledError"],
      effects: ["told"],
    });
  });

  it("ends from the inside out: each body is through with its finally before the one around it", async () => {
    const performance = await Performance.begin(place, function* (step, notes) {
      const { code } = notes;
      try {
        yield* step.run("Outer", function* (outer) {
          try {
            yield* outer.run("Inner", function* (inner) {
              try {
                yield* work(inner, notes);
              } finally {
                yield* inner.run("Close inner", () => void code.push("inner"));
              }
            });
          } finally {
            yield* outer.run("Close outer", () => void code.push("outer"));
          }
        });
      } finally {
        yield* step.run("Close", () => void code.push("root"));
      }
    });
    await performance.cancel();
    await performance.pass(1_000);
    expect(performance.end).toBe("cancelled");
    expect(performance.notes.code).toEqual(["inner", "outer", "root"]);
    expect(performance.told).toEqual([
      "1.1.1 Work cancelled",
      "1.1.2 Close inner completed",
      "1.1 Inner cancelled",
      "1.2 Close outer completed",
      "1 Outer cancelled",
      "2 Close completed",
    ]);
  });

  it("reaches every parallel branch, and waits for the finally of each", async () => {
    const performance = await Performance.begin(place, function* (step, notes) {
      const branch = (name: string) =>
        function* (own: StepTools) {
          try {
            yield* work(own, notes);
          } finally {
            yield* own.run("Close", () => void notes.code.push(name));
          }
        };
      yield* step.all({ a: branch("a"), b: branch("b") });
      notes.code.push("went on");
    });
    await performance.cancel();
    await performance.pass(1_000);
    expect(performance.end).toBe("cancelled");
    expect(performance.notes.code.toSorted()).toEqual(["a", "b"]);
    expect(performance.told.toSorted()).toEqual([
      "1 all cancelled",
      "1.1 a cancelled",
      "1.1.1 Work cancelled",
      "1.1.2 Close completed",
      "1.2 b cancelled",
      "1.2.1 Work cancelled",
      "1.2.2 Close completed",
    ]);
  });

  it("a step of a finally that fails is thrown there, and the run still ends as cancelled", async () => {
    const performance = await Performance.begin(place, function* (step, notes) {
      try {
        yield* work(step, notes);
      } finally {
        try {
          yield* step.run("Close", () => {
            throw new Error("jammed");
          });
        } catch (error) {
          notes.code.push((error as Error).message);
        }
      }
    });
    await performance.cancel();
    await performance.pass(1_000);
    expect(performance.end).toBe("cancelled");
    expect(performance.notes.code).toEqual(["jammed"]);
  });

  it("a step with links that a cancelled body asks for is refused as any other, and no link of it is run", async () => {
    const performance = await Performance.begin(place, async (step, notes) => {
      const { code, effects } = notes;
      await work(step, notes).catch(() => {});
      const later = () => step.run("Later", () => void effects.push("later"));
      const chains = [
        () => later().next(),
        () => later().onError(() => void code.push("onError")),
        () => later().possibleError(RangeError).result(),
        () => later().abstractError((cause) => new Error("abstracted", { cause })),
      ];
      for (const chain of chains) {
        try {
          await chain();
          code.push("went on");
        } catch (error) {
          code.push(nameOf(error));
        }
      }
    });
    await performance.cancel();
    await performance.pass(1_000);
    expect(performance.end).toBe("cancelled");
    expect(performance.notes).toEqual({ code: Array.from({ length: 4 }, () => "CancelledError"), effects: ["told"] });
  });

  it("a body that swallows the cancellation and returns has not completed: the run is cancelled", async () => {
    const performance = await Performance.begin(place, async (step, notes) => {
      await work(step, notes).catch(() => {});
      return "a value that nobody asked for";
    });
    expect(await performance.cancel()).toBe(true);
    await performance.pass(1_000);
    expect(performance.end).toBe("cancelled");
  });

  it("gives up on a body that does not end, 30 s after it was told", async () => {
    const performance = await Performance.begin(place, (step) => step.run("Deaf", () => new Promise(() => {})));
    await performance.cancel();
    await performance.pass(29_000);
    expect(performance.end).toBe("under way");
    await performance.pass(2_000);
    expect(performance.end).toBe("cancelled");
  });

  it("gives the body the abort reason by its signal", async () => {
    let reason: unknown;
    const performance = await Performance.begin(place, (step) =>
      step.run("Work", async () => {
        await told(step);
        reason = step.signal.reason;
      }),
    );
    await performance.cancel();
    await performance.pass(1_000);
    expect(reason).toBeInstanceOf(CancelledError);
  });
});

it("the steps of a finally are in the journal, and so is what was cancelled", async () => {
  const [, program] = GENERATORS[0]!;
  const performance = await Performance.begin("on a store", program);
  await performance.cancel();
  await performance.pass(1_000);
  expect(await performance.status()).toBe("cancelled");
  const steps = await performance.steps();
  expect(steps.map(({ number, name, status, output }) => ({ number, name, status, output }))).toEqual([
    { number: "1", name: "Work", status: "cancelled", output: undefined },
    { number: "2", name: "Close", status: "completed", output: "closed" },
  ]);
});
