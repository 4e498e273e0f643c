// How `step` finds its parent: the handle of an outer body inside an inner one, the imported `step` behind awaits and in callbacks.
import { EventEmitter, once } from "node:events";
import { describe, expect, it } from "vitest";
import { createApp, step as imported, type StepTools } from "../../src/index.ts";
import { PLACES, WAYS, play } from "./stage.ts";

/** A service function that adds a substep to whatever calls it. */
async function whereAmI(name: string): Promise<string> {
  return await imported.run(name, () => imported.number);
}

function aWhile(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

describe.each(WAYS)("%s", (_way, playIn) => {
  it("an outer handle that is used in the body of a descendant creates the step there", async () => {
    const { end } = await playIn(async (step) => {
      const first = await step.run("Outer", async (outer) =>
        step.run("Inner", async () => [await step.run("A", numberOf), await outer.run("B", numberOf)]),
      );
      return [first, await step.run("Next", numberOf)];
    });
    expect(end).toEqual({ ok: true, value: [["1.1.1", "1.1.2"], "2"] });
  });

  it("the handle of another branch creates the step in that branch", async () => {
    const { end } = await playIn(async (step) => {
      let lend = (_handle: StepTools): void => {};
      let giveBack = (): void => {};
      const lent = new Promise<StepTools>((resolve) => {
        lend = resolve;
      });
      const givenBack = new Promise<void>((resolve) => {
        giveBack = resolve;
      });
      return await step.all({
        lends: async (own) => {
          lend(own);
          await givenBack;
        },
        borrows: async () => {
          const number = await (await lent).run("Shared", numberOf);
          giveBack();
          return number;
        },
      });
    });
    expect(end).toEqual({ ok: true, value: { lends: undefined, borrows: "1.1.1" } });
  });

  it("its methods may be destructured", async () => {
    // oxlint-disable-next-line typescript/unbound-method -- that they need no `this` is what is tested
    const { end } = await playIn(async ({ run, all, map, race, sleep, fail }) => {
      // oxlint-disable-next-line typescript/unbound-method -- as above
      const value = await run("Outer", async ({ run: inner }) => inner("Inner", numberOf));
      const list = await all([() => 1, () => 2]);
      const mapped = await map([3, 4], (item) => item);
      const first = await race([() => 5]);
      await sleep("1ms");
      const raised = await fail("no" as never).result();
      return [value, list, mapped, first, raised.ok];
    });
    expect(end).toEqual({ ok: true, value: ["1.1", [1, 2], [3, 4], 5, false] });
  });

  it("the imported step finds its parent behind awaits and in callbacks", async () => {
    const { end } = await playIn((step) =>
      step.run("Outer", async () => {
        await Promise.resolve();
        const direct = await whereAmI("Direct");
        const timed = await new Promise((resolve) => void setImmediate(() => resolve(whereAmI("Callback"))));
        const emitter = new EventEmitter();
        const emitted = new Promise((resolve) => emitter.on("ready", () => resolve(whereAmI("Listener"))));
        emitter.emit("ready");
        const thenned = Promise.resolve().then(() => whereAmI("Then"));
        return [direct, timed, await emitted, await thenned];
      }),
    );
    expect(end).toEqual({ ok: true, value: ["1.1", "1.2", "1.3", "1.4"] });
  });

  it("the imported step finds its parent in each branch of a promise pool", async () => {
    const { end } = await playIn((step) =>
      step.all({
        a: async () => [await whereAmI("Ask"), await whereAmI("Ask")],
        b: async () => [await whereAmI("Ask"), await whereAmI("Ask")],
      }),
    );
    expect(end).toEqual({ ok: true, value: { a: ["1.1.1", "1.1.2"], b: ["1.2.1", "1.2.2"] } });
  });

  it("a body that is given inputs gets those alone, and its substeps come through the imported step", async () => {
    const { end } = await playIn((step) =>
      step.run("Outer", async (left: number, right: number) => [left + right, await whereAmI("Inner")], 1, 2),
    );
    expect(end).toEqual({ ok: true, value: [3, "1.1"] });
  });
});

describe.each(PLACES)("%s", (place) => {
  it("the tools say where they are: number, name, path, context, event", async () => {
    const seen: unknown[] = [];
    const { end } = await play(
      place,
      async (step) => {
        seen.push([step.number, step.name, step.path, step.context.userId, step.event.name]);
        await step.run("Outer", async () => {
          await step.run("Inner", () => {
            seen.push([step.number, imported.name, step.path, imported.context.userId, imported.event.name]);
          });
        });
      },
      { context: { userId: "ada" } },
    );
    expect(end).toMatchObject({ ok: true });
    expect(seen).toEqual([
      ["", "Program", "", "ada", "program"],
      ["1.1", "Inner", "Outer/Inner", "ada", "program"],
    ]);
  });

  it("two runs at once never mix: each service function's step is of its own run", async () => {
    const program = async (step: StepTools) => {
      const ids = new Set<string>();
      for (let turn = 0; turn < 5; turn++) {
        await aWhile();
        ids.add(await imported.run("Id", () => imported.idempotencyKey.split(":")[0]!));
      }
      return [ids.size, ids.has(step.idempotencyKey.split(":")[0]!)];
    };
    const ends = await Promise.all([play(place, program), play(place, program)]);
    expect(ends.map(({ end }) => end)).toEqual([
      { ok: true, value: [1, true] },
      { ok: true, value: [1, true] },
    ]);
  });
});

describe("outside any event", () => {
  it("a step runs in this process, numbered from 1, with substeps below it", async () => {
    const numbers = await imported.run("Outer", async (step) => [
      step.number,
      await step.run("First", numberOf),
      await imported.run("Second", numberOf),
    ]);
    expect(numbers).toEqual(["1", "1.1", "1.2"]);
    expect(imported.number).toBe("");
    expect(await imported.run("Another", numberOf)).toBe("1");
  });

  it("all, map, race, fail and the chain work as in a run", async () => {
    expect(await imported.all([imported.run("A", numberOf), () => 2])).toEqual(["1.1", 2]);
    expect(await imported.map([1, 2], (item) => item * 2)).toEqual([2, 4]);
    expect(await imported.race([() => 1])).toBe(1);
    expect(await imported.fail(new Error("no")).next("recovered")).toBe("recovered");
    await expect(imported.run("Fail", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(imported.context).toEqual({ eventName: "" });
  });

  it("a service function that a run calls and a test calls is the same", async () => {
    const app = createApp({ name: "bodies" });
    const caller = app.createFunction({ name: "Caller" }, { event: "called" }, () => whereAmI("Inner"));
    expect(await app.run(caller, { data: {} })).toBe("1");
    expect(await whereAmI("Inner")).toBe("1");
  });

  it("the imported step finds its parent behind a timer of the platform", async () => {
    const app = createApp({ name: "bodies" });
    const waiter = app.createFunction({ name: "Waiter" }, { event: "called" }, ({ step }) =>
      step.run("Outer", () => new Promise((resolve) => void setTimeout(() => resolve(whereAmI("Timer")), 1))),
    );
    expect(await app.run(waiter, { data: {} })).toBe("1.1");
  });

  it("an event of the platform that comes from outside a run has no run", async () => {
    const emitter = new EventEmitter();
    setTimeout(() => emitter.emit("ready", imported.number), 1);
    const [number] = await once(emitter, "ready");
    expect(number).toBe("");
  });
});

function numberOf(step: StepTools): string {
  return step.number;
}
