// A function that changes while its runs are under way, and says so with step.patched.
import { describe, expect, it } from "vitest";
import type { App } from "../../src/index.ts";
import { PLACES, Stage, stateOf } from "../waits/stage.ts";

interface Changed {
  isNew: boolean;
  readonly done: string[];
}

/** Charges, checks for fraud once it is new, waits, and sends. */
function shop(changed: Changed) {
  return (app: App) => {
    const order = app.createFunction({ name: "Order" }, { event: "order" }, function* ({ event, step }) {
      const note = (what: string) => step.run(what, () => void changed.done.push(`${what} ${event.data.n}`));
      yield* note("Charge");
      if (changed.isNew && (yield* step.patched("check fraud"))) yield* note("Check fraud");
      yield* step.sleep("Wait", "10s");
      yield* note("Send");
      return step.number;
    });
    return { begin: (n: number) => app.run(order, { data: { n } }) };
  };
}

describe.each(PLACES)("patched, %s", (place) => {
  it("is true in a run that is new, and takes no number", async () => {
    const changed: Changed = { isNew: true, done: [] };
    const stage = await Stage.begin(place, shop(changed));
    const run = stage.given.begin(1);
    await stage.pass(20_000);
    expect(await stateOf(run)).toBe("");
    expect(changed.done).toEqual(["Charge 1", "Check fraud 1", "Send 1"]);
  });
});

it("is no step that people see", async () => {
  const stage = await Stage.begin("on a store", shop({ isNew: true, done: [] }));
  const run = stage.given.begin(1);
  await stage.pass(20_000);
  const steps = (await stage.app.runs.get(run.id))!.steps.map(({ number, name }) => `${number} ${name}`);
  expect(steps).toEqual(["1 Charge", "2 Check fraud", "3 Wait", "4 Send"]);
});

describe("patched, in runs that were under way", () => {
  it("is false where a recorded step lies ahead, so that the run goes on as it was; true where none does", async () => {
    const changed: Changed = { isNew: false, done: [] };
    const stage = await Stage.begin("on a store", shop(changed));
    const before = stage.given.begin(1);
    await stage.pass(2_000);
    changed.isNew = true;
    await stage.lose();
    const after = stage.given.begin(2);
    await stage.pass(30_000);
    expect(await stage.app.runs.get(before.id)).toMatchObject({ status: "completed" });
    expect(await stage.app.runs.get(after.id)).toMatchObject({ status: "completed" });
    expect(changed.done.toSorted()).toEqual(["Charge 1", "Charge 2", "Check fraud 2", "Send 1", "Send 2"].toSorted());
  });

  it("stays what it was, however often the run is replayed", async () => {
    const changed: Changed = { isNew: true, done: [] };
    const stage = await Stage.begin("on a store", shop(changed));
    const run = stage.given.begin(1);
    await stage.pass(2_000);
    for (let time = 0; time < 3; time++) await stage.lose();
    await stage.pass(30_000);
    expect(await stage.app.runs.get(run.id)).toMatchObject({ status: "completed" });
    expect(changed.done).toEqual(["Charge 1", "Check fraud 1", "Send 1"]);
  });
});

describe("patched gives one answer to a run", () => {
  interface Orders {
    isNew: boolean;
    readonly answers: boolean[];
    readonly done: string[];
  }

  /** Looks whether it is to check, charges, and waits. Its first attempt fails then. */
  function retriedOrders(orders: Orders) {
    return (app: App) => {
      const retries = { retries: 1, backoff: "fixed", initial: "20s", jitter: false } as const;
      const order = app.createFunction({ name: "Order", retries }, { event: "order" }, function* ({ step, attempt }) {
        if (orders.isNew) {
          const isPatched = yield* step.patched("check fraud");
          orders.answers.push(isPatched);
          if (isPatched) yield* step.run("Check fraud", () => void orders.done.push("Check fraud"));
        }
        yield* step.run("Charge", () => void orders.done.push("Charge"));
        yield* step.sleep("Wait", "10s");
        if (attempt === 0) throw new Error("no");
      });
      return { begin: () => app.run(order, { data: {} }) };
    };
  }

  it("false stays false, also when what was ahead is not to be come by any more", async () => {
    const orders: Orders = { isNew: false, answers: [], done: [] };
    const stage = await Stage.begin("on a store", retriedOrders(orders));
    const run = stage.given.begin();
    await stage.pass(2_000);
    orders.isNew = true;
    await stage.lose(); // Charge is recorded, and ahead
    await stage.pass(12_000); // the attempt has failed: nothing binds the next one
    await stage.lose();
    await stage.pass(60_000);
    expect((await stage.app.runs.get(run.id))?.status).toBe("completed");
    expect([...new Set(orders.answers)]).toEqual([false]);
    expect(orders.answers.length).toBeGreaterThan(1);
    expect(orders.done).toEqual(["Charge"]);
  });

  it.each(["sleep", "waitForEvent"] as const)("is false where a %s had begun ahead", async (kind) => {
    const orders: Orders = { isNew: false, answers: [], done: [] };
    const stage = await Stage.begin("on a store", (app: App) => {
      const order = app.createFunction({ name: "Order" }, { event: "order" }, function* ({ step }) {
        if (orders.isNew) orders.answers.push(yield* step.patched("check fraud"));
        if (kind === "sleep") yield* step.sleep("Wait", "10s");
        else yield* step.waitForEvent("Wait", { event: "paid", timeout: "10s" });
        return "done";
      });
      return { begin: () => app.run(order, { data: {} }) };
    });
    const run = stage.given.begin();
    await stage.pass(2_000);
    orders.isNew = true;
    await stage.lose();
    await stage.pass(30_000);
    expect(await stateOf(run)).toBe("done");
    expect([...new Set(orders.answers)]).toEqual([false]);
  });
});
