// Plain steps of a run that is kept: values that cannot be, what is told to end while it is being kept, and what bodies leave behind.
import { afterEach, describe, expect, it, vi } from "vitest";
import { AbstractError, UnexpectedError, step as currentStep, type StepTools } from "../../src/index.ts";
import type { RunWrite } from "../../src/durable/store.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { Performance, play, type Notes, type Program } from "./stage.ts";

class NoReceipt extends AbstractError("KeptStepsNoReceipt") {}

/** No store keeps a function. */
const UNSTORABLE = { print: () => "receipt" };

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

describe.each<[string, () => unknown]>([
  ["at once", () => UNSTORABLE],
  ["later", async () => UNSTORABLE],
])("a value that cannot be kept, which a body gives %s", (_when, give) => {
  const printing =
    ({ effects }: Notes) =>
    (): unknown => {
      effects.push("printed");
      return give();
    };

  it.each<[string, Program]>([
    [
      "a generator",
      function* (step, notes) {
        const print = step.run("Print", printing(notes)).onError(({ name }) => void notes.code.push(name));
        return yield* print.next("no receipt");
      },
    ],
    [
      "an async body",
      async (step, notes) => {
        const print = step.run("Print", printing(notes)).onError(({ name }) => void notes.code.push(name));
        return await print.next("no receipt");
      },
    ],
  ])(
    "is a failure that the step's chain recovers from, in %s, and the body is entered once",
    async (_kind, program) => {
      const { end, code, effects } = await play("on a store", program);
      expect(end).toEqual({ ok: true, value: "no receipt" });
      expect([code, effects]).toEqual([["UnexpectedError"], ["printed"]]);
    },
  );

  it.each<[string, Program]>([
    [
      "a generator",
      function* (step, notes) {
        return yield* step.run("Outer", function* (outer) {
          return yield* outer.run("Print", printing(notes)).abstractError(NoReceipt);
        });
      },
    ],
    [
      "an async body",
      (step, notes) =>
        step
          .run("Outer", async (outer) => await outer.run("Print", printing(notes)).abstractError(NoReceipt))
          .possibleError(NoReceipt),
    ],
  ])("leaves %s as what the chain makes of it, typed", async (_kind, program) => {
    const { end, effects } = await play("on a store", program);
    expect(end).toEqual({ ok: false, error: expect.any(NoReceipt) });
    expect((end as { readonly error: Error }).error.cause).toBeInstanceOf(UnexpectedError);
    expect(effects).toEqual(["printed"]);
  });
});

describe("a branch that has lost while its step was being kept, in one commit with the winner", () => {
  const commits: string[][] = [];
  afterEach(() => void commits.splice(0));

  async function race(branch: (step: Parameters<Program>[0], notes: Notes) => Generator): Promise<Performance> {
    const store = new MemoryStore();
    const commit = store.commit.bind(store);
    store.commit = (asked) => {
      commits.push(asked.writes.flatMap(({ records }: RunWrite) => records.map(({ key, state }) => `${key} ${state}`)));
      return commit(asked);
    };
    const program: Program = (step, notes) => step.race({ winner: () => "fast", loser: (own) => branch(own, notes) });
    const performance = await Performance.begin("on a store", program, { store });
    await performance.pass(100);
    expect(performance.end).toEqual({ ok: true, value: "fast" });
    return performance;
  }

  it("does not go on behind the step, and cleans up", async () => {
    const { notes } = await race(function* (own, { code, effects }) {
      try {
        code.push(yield* own.run("Inner", () => "inner"));
        yield* own.run("Next", () => void effects.push("next"));
      } finally {
        yield* own.run("Close", () => void effects.push("closed"));
      }
    });
    expect(commits[0]).toEqual(["race/winner ended", "race/loser/Inner ended"]);
    expect(notes).toEqual({ code: [], effects: ["closed"] });
  });

  it("does not catch what the step has failed of, and cleans up", async () => {
    const { notes } = await race(function* (own, { code }) {
      try {
        yield* own.run("Inner", () => UNSTORABLE);
      } catch {
        code.push("caught");
      } finally {
        code.push("finally");
      }
    });
    expect(commits[0]).toEqual(["race/winner ended", "race/loser/Inner ended"]);
    expect(notes.code).toEqual(["finally"]);
  });
});

describe("a body that is at something other than a step", () => {
  const warnings: string[] = [];
  afterEach(() => {
    vi.restoreAllMocks();
    warnings.splice(0);
  });

  it("is known to be: steps of one name that it creates meanwhile are warned of", async () => {
    vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
    const { end } = await play("on a store", function* (step) {
      yield* step.run("Leaf", async (leaf) => {
        await turnOfTheLoop();
        await Promise.all([leaf.run("Twin", () => 1), leaf.run("Twin", () => 2)]);
      });
    });
    expect(end).toMatchObject({ ok: true });
    expect(warnings).toEqual([expect.stringContaining('two steps "Twin" of "Program" run at once')]);
  });

  it("is so no more once it has ended: the run leaves memory as soon as it sleeps", async () => {
    const performance = await Performance.begin("on a store", function* (step) {
      yield* step.run("Leaf", turnOfTheLoop);
      yield* step.sleep("1h");
    });
    await performance.pass(0);
    expect(await performance.status()).toBe("sleeping");
  });
});

it.each<[string, (first: StepTools) => StepTools]>([
  ["with the tools that are imported", () => currentStep],
  ["with its own tools", (first) => first],
])(
  "what a body leaves behind is its own, and no part of the step that is at work by then: %s",
  async (_how, toolsOf) => {
    let goOn = (): void => {};
    const later = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const performance = await Performance.begin("on a store", function* (step, { code, effects }) {
      yield* step.run("First", async (first) => {
        const tools = toolsOf(first);
        code.push(`in ${tools.number}`);
        void later
          .then(() => tools.run("Left behind", () => void effects.push("ran")))
          .catch((refused: Error) => void code.push(`${refused.name} in ${tools.number}`));
      });
      yield* step.run("Second", async () => {
        goOn();
        for (let turn = 0; turn < 5; turn++) await turnOfTheLoop();
      });
    });
    await performance.pass(100);
    expect(performance.end).toMatchObject({ ok: true });
    expect(performance.notes).toEqual({ code: ["in 1", "ParentEndedError in 1"], effects: [] });
    expect((await performance.steps()).map(({ number, name, steps }) => [number, name, steps.length])).toEqual([
      ["1", "First", 0],
      ["2", "Second", 0],
    ]);
  },
);
