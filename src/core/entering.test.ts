// The code of steps is entered through instruments: what is in force around a body is in force in all of it.
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { createApp, step, type Instrument, type ObservedEntry, type Step } from "../index.ts";
import { entering } from "./entering.ts";

/** An app whose instrument keeps the paths of the steps around code in an async context, as a tracer does. */
function traced() {
  const context = new AsyncLocalStorage<readonly string[]>();
  const entries: string[] = [];
  const paths = new WeakMap<object, readonly string[]>();
  const instrument: Instrument = {
    aroundRun: (_slice, enter) => context.run(["run"], enter),
    aroundStep(entry: ObservedEntry, enter) {
      if (entry.isNew) {
        entries.push(`${entry.number} ${entry.name} ${entry.attempt}`);
        paths.set(entry.handle, [...(context.getStore() ?? []), entry.name]);
      }
      context.run(paths.get(entry.handle) ?? ["nowhere"], enter);
    },
  };
  const app = createApp({ name: "traced", observers: [instrument] });
  return { app, entries, here: () => context.getStore()?.join(" > ") };
}

type Here = () => string | undefined;
type Outer = (here: Here) => any;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const bodies: readonly [name: string, outer: Outer][] = [
  [
    "generators",
    (here) =>
      function* () {
        const seen = [here()];
        seen.push(yield* step.run("Inner", () => here()));
        seen.push(here());
        seen.push(
          yield* step.run("Slow", async () => {
            await turn();
            return here();
          }),
        );
        return [...seen, here()];
      },
  ],
  [
    "async functions",
    (here) => async () => {
      const seen = [here(), await step.run("Inner", () => here()), here()];
      const slow = await step.run("Slow", async () => {
        await turn();
        return here();
      });
      return [...seen, slow, here()];
    },
  ],
  [
    "async generators",
    (here) =>
      async function* () {
        const seen = [here()];
        seen.push(yield* step.run("Inner", () => here()));
        await turn();
        seen.push(here());
        seen.push(
          yield* step.run("Slow", async () => {
            await turn();
            return here();
          }),
        );
        return [...seen, here()];
      },
  ],
];

describe("the code of steps", () => {
  it.each(bodies)("finds what is around it before and behind each step, in %s", async (_name, outer) => {
    const { app, entries, here } = traced();
    const fn = app.createFunction({ name: "Fn" }, { event: "e" }, function* () {
      const inner: unknown = yield* step.run("Outer", outer(here)) as Step<any, any>;
      return [inner, here()];
    });
    expect(await app.run(fn, {})).toEqual([
      ["run > Outer", "run > Outer > Inner", "run > Outer", "run > Outer > Slow", "run > Outer"],
      "run",
    ]);
    expect(entries).toEqual(["1 Outer 1", "1.1 Inner 1", "1.2 Slow 1"]);
  });

  it("is told of each attempt; handlers are found in the step that failed", async () => {
    const { app, entries, here } = traced();
    let left = 2;
    const fn = app.createFunction({ name: "Fn" }, { event: "e" }, function* () {
      const seen: unknown[] = [];
      yield* step
        .run({ name: "Fails", retries: { retries: 1, initial: 1 } }, () => {
          if (left-- > 0) throw new RangeError("no");
        })
        .onError(function* () {
          seen.push(here(), yield* step.run("Mend", () => here()));
        })
        .next();
      return seen;
    });
    expect(await app.run(fn, {})).toEqual(["run > Fails", "run > Fails > Mend"]);
    expect(entries).toEqual(["1 Fails 1", "1 Fails 2", "1.1 Mend 1"]);
  });
});

describe("the code of branches, and of nobody's steps", () => {
  it("of branches is found in all, map and race, which are steps themselves", async () => {
    const { app, here } = traced();
    const fn = app.createFunction({ name: "Fn" }, { event: "e" }, function* () {
      const all = yield* step.all([step.run("A", () => here()), step.run("B", async () => here())]);
      const mapped = yield* step.map("Each", [1], () => here());
      return [all, mapped];
    });
    expect(await app.run(fn, {})).toEqual([["run > all > A", "run > all > B"], ["run > Each > item"]]);
  });

  it("of an app whose instruments are idle is entered without them", async () => {
    let isIdle = true;
    let entered = 0;
    const app = createApp({
      name: "idle",
      observers: [{ isIdle: () => isIdle, aroundStep: () => void entered++, onStepEnd: () => void entered++ }],
    });
    const fn = app.createFunction({ name: "Fn" }, { event: "e" }, ({ step: here }) => here.run("A", () => 1));
    await app.run(fn, {});
    expect(entered).toBe(0);
    isIdle = false;
    await app.run(fn, {});
    expect(entered).toBe(2);
  });

  it("is entered as it is outside of any app", () => {
    const node = { run: { instruments: undefined } } as Parameters<typeof entering>[0];
    expect(entering(node, 1, (what: string) => what, "entered")).toBe("entered");
  });
});
