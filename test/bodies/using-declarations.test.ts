// `using` and `await using` in bodies: what they hold is disposed of where plain code would, also when a step fails.
import { describe, expect, it } from "vitest";
import { Performance, PLACES, WAYS, type Program } from "./stage.ts";

const held: Readonly<Record<"async" | "generator" | "asyncGenerator", Program>> = {
  async: async (step, { code }) => {
    using _outer = disposable(code, "outer");
    try {
      await using _inner = asyncDisposable(code, "inner");
      await step.run("Fail", failing);
      code.push("not reached");
    } catch (error) {
      code.push(`caught ${(error as Error).message}`);
    }
    return await step.run("Go on", () => "went on");
  },
  generator: function* (step, { code }) {
    using _outer = disposable(code, "outer");
    try {
      using _inner = disposable(code, "inner");
      yield* step.run("Fail", failing);
      code.push("not reached");
    } catch (error) {
      code.push(`caught ${(error as Error).message}`);
    }
    return yield* step.run("Go on", () => "went on");
  },
  asyncGenerator: async function* (step, { code }) {
    using _outer = disposable(code, "outer");
    try {
      await using _inner = asyncDisposable(code, "inner");
      yield* step.run("Fail", failing);
      code.push("not reached");
    } catch (error) {
      code.push(`caught ${(error as Error).message}`);
    }
    return yield* step.run("Go on", () => "went on");
  },
};

describe.each(["async", "generator", "asyncGenerator"] as const)("a body that is %s", (kind) => {
  it.each(WAYS)(
    "%s: what is held is disposed of behind a failing step, and before the body goes on",
    async (_way, play) => {
      const { code, end } = await play(held[kind]);
      expect(code).toEqual(["inner disposed", "caught no", "outer disposed"]);
      expect(end).toEqual({ ok: true, value: "went on" });
    },
  );

  it.each(PLACES)("%s: what a body holds is disposed of when its run is cancelled", async (place) => {
    const programs: Readonly<Record<typeof kind, Program>> = {
      async: async (step, { code }) => {
        using _held = disposable(code, "held");
        await step.sleep("10m");
      },
      generator: function* (step, { code }) {
        using _held = disposable(code, "held");
        yield* step.sleep("10m");
      },
      asyncGenerator: async function* (step, { code }) {
        await using _held = asyncDisposable(code, "held");
        yield* step.sleep("10m");
      },
    };
    // On a store the run has left memory by then: it is brought back to what it held.
    const performance = await Performance.begin(place, programs[kind]);
    await performance.cancel();
    await performance.pass(10_000);
    expect(performance.end).toBe("cancelled");
    expect(performance.notes.code).toEqual(["held disposed"]);
  });
});

function failing(): never {
  throw new Error("no");
}

function disposable(code: string[], name: string): Disposable {
  return { [Symbol.dispose]: () => void code.push(`${name} disposed`) };
}

function asyncDisposable(code: string[], name: string): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      await Promise.resolve();
      code.push(`${name} disposed`);
    },
  };
}
