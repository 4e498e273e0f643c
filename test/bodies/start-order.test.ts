// Steps start in the order of creation, when they are asked for or in a microtask; together they run in parallel.
import { describe, expect, it } from "vitest";
import { InvalidYieldError, UnexpectedError, type StepTools } from "../../src/index.ts";
import { PLACES, WAYS, play, type Program } from "./stage.ts";

const KINDS: [string, Program][] = [
  [
    "async",
    async (step, { effects }) => {
      const first = numbered(step, "First", effects);
      const second = numbered(step, "Second", effects);
      const third = numbered(step, "Third", effects);
      return [await third, await first, await second];
    },
  ],
  [
    "generator",
    function* (step, { effects }) {
      const first = numbered(step, "First", effects);
      const second = numbered(step, "Second", effects);
      const third = numbered(step, "Third", effects);
      return [yield* third, yield* first, yield* second];
    },
  ],
  [
    "async generator",
    async function* (step, { effects }) {
      const first = numbered(step, "First", effects);
      const second = numbered(step, "Second", effects);
      const third = numbered(step, "Third", effects);
      return [yield* third, yield* first, yield* second];
    },
  ],
];

function numbered(step: StepTools, name: string, effects: string[]) {
  return step.run(name, () => (effects.push(name), step.number));
}

describe.each(WAYS)("%s", (_way, playIn) => {
  it.each(KINDS)("%s: numbers follow the order of creation, whoever is awaited first", async (_kind, program) => {
    const { end, effects } = await playIn(program);
    expect(end).toEqual({ ok: true, value: ["3", "1", "2"] });
    expect(effects).toEqual(["First", "Second", "Third"]);
  });

  it("a step that is yielded without the star runs, and gives its value", async () => {
    const { end, effects } = await playIn(function* (step, notes): Generator<unknown, unknown, unknown> {
      const value = yield numbered(step, "Charge", notes.effects);
      return value;
    });
    expect(end).toEqual({ ok: true, value: "1" });
    expect(effects).toEqual(["Charge"]);
  });

  it("so it does in an async generator", async () => {
    const { end, effects } = await playIn(async function* (step, notes): AsyncGenerator<unknown, unknown, unknown> {
      const value = yield numbered(step, "Charge", notes.effects);
      return value;
    });
    expect(end).toEqual({ ok: true, value: "1" });
    expect(effects).toEqual(["Charge"]);
  });

  it.each<[string, Program]>([
    ["plain", (step, { effects }) => numbered(step, "Charge", effects)],
    ["async", async (step, { effects }) => numbered(step, "Charge", effects)],
    [
      "generator",
      // oxlint-disable-next-line require-yield -- it returns the step instead
      function* (step, { effects }) {
        return numbered(step, "Charge", effects);
      },
    ],
    [
      "async generator",
      // oxlint-disable-next-line require-yield -- it returns the step instead
      async function* (step, { effects }) {
        return numbered(step, "Charge", effects);
      },
    ],
  ])("a step that a body returns is awaited: %s", async (_kind, program) => {
    const { end, effects } = await playIn((step, notes) => step.run("Outer", (inner) => program(inner, notes)));
    expect(end).toEqual({ ok: true, value: "1.1" });
    expect(effects).toEqual(["Charge"]);
  });

  it("only real generator objects are driven", async () => {
    const { end } = await playIn(async (step) => {
      const values = await step.run("Map", () => [...new Map([[1, "one"]]).values()]);
      return values;
    });
    expect(end).toEqual({ ok: true, value: ["one"] });
  });
});

describe.each(PLACES)("%s", (place) => {
  it("two steps that are created and then awaited together run in parallel", async () => {
    const { end } = await play(place, async (step, { effects }) => {
      let meet = (): void => {};
      const met = new Promise<void>((resolve) => {
        meet = resolve;
      });
      const waits = step.run("Waits", async () => {
        effects.push("waits");
        await met;
        return "met";
      });
      const comes = step.run("Comes", () => {
        effects.push("comes");
        meet();
        return "came";
      });
      return [await waits, await comes];
    });
    expect(end).toEqual({ ok: true, value: ["met", "came"] });
  });

  it("a step that nobody has awaited yet starts in a microtask, behind the code that created it", async () => {
    const { code } = await play(place, async (step, notes) => {
      void step.run("Float", () => void notes.code.push("float"));
      notes.code.push("same turn");
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
      notes.code.push("microtasks later");
    });
    expect(code).toEqual(["same turn", "float", "microtasks later"]);
  });

  it("in a generator it starts when the generator next waits", async () => {
    const { code } = await play(place, function* (step, notes) {
      void step.run("Float", () => void notes.code.push("float"));
      notes.code.push("same turn");
      yield* step.run("Next", () => void notes.code.push("next"));
    });
    expect(code).toEqual(["same turn", "float", "next"]);
  });
});

describe("what a body gives that is no step", () => {
  it.each<[string, () => unknown]>([
    ["the iterator of a map", () => new Map([[1, "one"]]).values()],
    ["an iterator made by hand", handMadeIterator],
    ["an async iterator made by hand", handMadeAsyncIterator],
    ["an iterable object", () => ({ *[Symbol.iterator]() {} })],
    ["a generator function", () => function* () {}],
  ])("%s is a value", async (_what, make) => {
    const value = make();
    const { end } = await play("in process", () => value);
    expect((end as { readonly value: unknown }).value).toBe(value);
  });

  it("a thenable made by hand is awaited", async () => {
    const { end } = await play("in process", () => ({ then: (resolve: (value: string) => void) => resolve("value") }));
    expect(end).toEqual({ ok: true, value: "value" });
  });

  it("a generator made of another function is driven: it is a real one", async () => {
    const { end } = await play("in process", (step) => charge(step));
    expect(end).toEqual({ ok: true, value: "charged" });
  });

  it("a generator that yields something else is told so; no type lists that, so it leaves as unexpected", async () => {
    const { end } = await play("in process", function* () {
      yield Promise.resolve();
    });
    const { error } = end as { readonly error: Error };
    expect(error.message).toMatch(/yielded something that is no step/);
    expect(error).toBeInstanceOf(UnexpectedError);
    expect(error.cause).toBeInstanceOf(InvalidYieldError);
  });
});

function* charge(step: StepTools) {
  return yield* step.run("Charge", () => "charged");
}

function handMadeIterator(): Iterator<string> {
  let isDone = false;
  return {
    next() {
      if (isDone) return { done: true, value: undefined };
      isDone = true;
      return { done: false, value: "never asked for" };
    },
  };
}

function handMadeAsyncIterator(): AsyncIterator<string> {
  return { next: async () => ({ done: true, value: undefined }) };
}
