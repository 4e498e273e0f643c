// `try`, `catch` and `finally` mean in a body what they mean in plain code: in every kind of body, on the first run and on a replay.
import { describe, expect, it } from "vitest";
import { TaggedError, UnexpectedError } from "../../src/index.ts";
import { WAYS, type Program } from "./stage.ts";

class OutOfStock extends TaggedError("OutOfStock")<{ readonly sku: string }> {}

/** One program, written in three kinds of bodies. */
interface Written {
  readonly async: Program;
  readonly generator: Program;
  readonly asyncGenerator: Program;
}

const caught: Written = {
  async: async (step, { code, effects }) => {
    try {
      code.push("try");
      await step.run("Reserve", () => fail(effects)).possibleError(OutOfStock);
      code.push("not reached");
    } catch (error) {
      code.push(`catch ${(error as OutOfStock).sku}`);
      return await step.run("Order more", () => note(effects, "ordered"));
    } finally {
      code.push("finally");
      await step.run("Close", () => note(effects, "closed"));
      code.push("closed");
    }
    return "not reached";
  },
  generator: function* (step, { code, effects }) {
    try {
      code.push("try");
      yield* step.run("Reserve", () => fail(effects)).possibleError(OutOfStock);
      code.push("not reached");
    } catch (error) {
      code.push(`catch ${(error as OutOfStock).sku}`);
      return yield* step.run("Order more", () => note(effects, "ordered"));
    } finally {
      code.push("finally");
      yield* step.run("Close", () => note(effects, "closed"));
      code.push("closed");
    }
    return "not reached";
  },
  asyncGenerator: async function* (step, { code, effects }) {
    try {
      code.push("try");
      yield* step.run("Reserve", () => fail(effects)).possibleError(OutOfStock);
      code.push("not reached");
    } catch (error) {
      code.push(`catch ${(error as OutOfStock).sku}`);
      return yield* step.run("Order more", () => note(effects, "ordered"));
    } finally {
      code.push("finally");
      await Promise.resolve();
      yield* step.run("Close", () => note(effects, "closed"));
      code.push("closed");
    }
    return "not reached";
  },
};

const replacedByReturn: Written = {
  async: async (step, { code, effects }) => {
    try {
      return await step.run("Reserve", () => fail(effects));
    } finally {
      code.push("finally");
      // oxlint-disable-next-line no-unsafe-finally -- what it does is what is tested
      return "from finally";
    }
  },
  generator: function* (step, { code, effects }) {
    try {
      return yield* step.run("Reserve", () => fail(effects));
    } finally {
      code.push("finally");
      // oxlint-disable-next-line no-unsafe-finally -- what it does is what is tested
      return "from finally";
    }
  },
  asyncGenerator: async function* (step, { code, effects }) {
    try {
      return yield* step.run("Reserve", () => fail(effects));
    } finally {
      code.push("finally");
      // oxlint-disable-next-line no-unsafe-finally -- what it does is what is tested
      return "from finally";
    }
  },
};

const nested: Written = {
  async: async (step, { code, effects }) => {
    try {
      try {
        await step.run("First", () => fail(effects));
      } catch {
        code.push("inner catch");
        await step.run("Second", () => fail(effects));
      } finally {
        code.push("inner finally");
      }
    } catch (error) {
      code.push(`outer catch ${String(error instanceof Error && error.message)}`);
    } finally {
      code.push("outer finally");
    }
    return "went on";
  },
  generator: function* (step, { code, effects }) {
    try {
      try {
        yield* step.run("First", () => fail(effects));
      } catch {
        code.push("inner catch");
        yield* step.run("Second", () => fail(effects));
      } finally {
        code.push("inner finally");
      }
    } catch (error) {
      code.push(`outer catch ${String(error instanceof Error && error.message)}`);
    } finally {
      code.push("outer finally");
    }
    return "went on";
  },
  asyncGenerator: async function* (step, { code, effects }) {
    try {
      try {
        yield* step.run("First", () => fail(effects));
      } catch {
        code.push("inner catch");
        yield* step.run("Second", () => fail(effects));
      } finally {
        code.push("inner finally");
      }
    } catch (error) {
      code.push(`outer catch ${String(error instanceof Error && error.message)}`);
    } finally {
      code.push("outer finally");
    }
    return "went on";
  },
};

const rethrown: Written = {
  async: async (step, { code, effects }) => {
    try {
      await step.run("Reserve", () => fail(effects)).possibleError(OutOfStock);
    } catch (error) {
      code.push("catch");
      throw error;
    } finally {
      code.push("finally");
    }
  },
  generator: function* (step, { code, effects }) {
    try {
      yield* step.run("Reserve", () => fail(effects)).possibleError(OutOfStock);
    } catch (error) {
      code.push("catch");
      throw error;
    } finally {
      code.push("finally");
    }
  },
  asyncGenerator: async function* (step, { code, effects }) {
    try {
      yield* step.run("Reserve", () => fail(effects)).possibleError(OutOfStock);
    } catch (error) {
      code.push("catch");
      throw error;
    } finally {
      code.push("finally");
    }
  },
};

const KINDS = ["async", "generator", "asyncGenerator"] as const;

describe.each(WAYS)("%s", (_way, play) => {
  describe.each(KINDS)("a body that is %s", (kind) => {
    it("catches the failure of a step, goes on in the catch, and passes through finally", async () => {
      const { code, effects, end } = await play(caught[kind]);
      expect(code).toEqual(["try", "catch A1", "finally", "closed"]);
      expect(effects).toEqual(["failed", "ordered", "closed"]);
      expect(end).toEqual({ ok: true, value: "ordered" });
    });

    it("lets a return in finally replace a failure", async () => {
      const { code, end } = await play(replacedByReturn[kind]);
      expect(code).toEqual(["finally"]);
      expect(end).toEqual({ ok: true, value: "from finally" });
    });

    it("nests: a failure in a catch leaves through the inner finally to the outer catch", async () => {
      const { code, effects, end } = await play(nested[kind]);
      expect(code).toEqual(["inner catch", "inner finally", "outer catch none of A1", "outer finally"]);
      expect(effects).toEqual(["failed", "failed"]);
      expect(end).toEqual({ ok: true, value: "went on" });
    });

    it("throws the caught error again as itself: typed where it came through yield*, unexpected through await", async () => {
      const { code, end } = await play(rethrown[kind]);
      expect(code).toEqual(["catch", "finally"]);
      const { error } = end as { readonly error: Error };
      const original = error instanceof UnexpectedError ? error.cause : error;
      expect(error instanceof UnexpectedError).toBe(kind === "async");
      expect(original).toBeInstanceOf(OutOfStock);
      expect(original).toMatchObject({ _tag: "OutOfStock", sku: "A1", message: "none of A1" });
    });
  });

  it("a plain body's try, catch and finally are those of the plain code around its steps", async () => {
    const { code, effects, end } = await play((step, { code: seen, effects: done }) => {
      try {
        if (seen.length >= 0) throw new OutOfStock({ sku: "A1" });
        return "not reached";
      } catch (error) {
        seen.push(`catch ${(error as OutOfStock).sku}`);
        return step.run("Order more", () => note(done, "ordered"));
      } finally {
        seen.push("finally");
      }
    });
    expect(code).toEqual(["catch A1", "finally"]);
    expect(effects).toEqual(["ordered"]);
    expect(end).toEqual({ ok: true, value: "ordered" });
  });

  it("a plain body catches with the promise's own catch and finally", async () => {
    const { code, effects, end } = await play((step, { code: seen, effects: done }) =>
      step
        .run("Reserve", () => fail(done))
        .catch((error: Error) => {
          seen.push(`catch ${error.message}`);
          return step.run("Order more", () => "ordered");
        })
        .finally(() => void seen.push("finally")),
    );
    expect(code).toEqual(["catch none of A1", "finally"]);
    expect(effects).toEqual(["failed"]);
    expect(end).toEqual({ ok: true, value: "ordered" });
  });
});

function fail(effects: string[]): never {
  effects.push("failed");
  throw new OutOfStock({ sku: "A1", message: "none of A1" });
}

function note(effects: string[], effect: string): string {
  effects.push(effect);
  return effect;
}
