import { describe, expect, it } from "vitest";
import type { App, ReceivedEvent } from "../../src/index.ts";
import { countFrom, printFigure } from "../figures.ts";
import { PLACES, Stage, stateOf } from "./stage.ts";

const MINUTE = 60_000;

/** One function that waits for `paid` twice, the second time for what has its id. */
function twoWaits(app: App) {
  const seen: string[] = [];
  const waits = app.createFunction({ name: "Waits" }, { event: "begin" }, function* ({ event, step }) {
    const first: ReceivedEvent | null = yield* step.waitForEvent("First", { event: "paid", timeout: "5m" });
    seen.push(`first ${first?.data.n ?? "nothing"}`);
    const match = { order: { id: event.data.id as string } };
    const second = yield* step.waitForEvent("Second", { event: "paid", match, timeout: "5m" });
    seen.push(`second ${second?.data.n ?? "nothing"}`);
    return [first?.id, second?.id];
  });
  return { seen, begin: (id: string) => app.run(waits, { data: { id } }) };
}
const paid = (n: number, id = "a") => ({ n, order: { id, tags: [] } });

describe.each(PLACES)("waitForEvent, %s", (place) => {
  it("is given what is sent while it waits, and each event once", async () => {
    const stage = await Stage.begin(place, twoWaits);
    const run = stage.given.begin("a");
    await stage.pass(1_000);
    await stage.send("paid", paid(1), { id: "e1" });
    await stage.send("paid", paid(2, "b"), { id: "e2" });
    await stage.send("paid", paid(3), { id: "e3" });
    await stage.pass(1_000);
    expect(await stateOf(run)).toEqual(["e1", "e3"]);
    expect([...new Set(stage.given.seen)]).toEqual(["first 1", "second 3"]);
  });

  it("is given what was sent before it waited, since the run began, and nothing from before", async () => {
    const stage = await Stage.begin(place, twoWaits);
    await stage.send("paid", paid(0), { id: "e0" });
    const run = stage.given.begin("a");
    await stage.pass(1_000);
    await stage.app.send([
      { id: "e1", name: "paid", data: paid(1) },
      { id: "e2", name: "paid", data: paid(2) },
    ]);
    await stage.pass(1_000);
    expect(await stateOf(run)).toEqual(["e1", "e2"]);
  });

  it("is given null when its time is over, and not before", async () => {
    const stage = await Stage.begin(place, twoWaits);
    const run = stage.given.begin("a");
    await stage.pass(5 * MINUTE - 1);
    expect(stage.given.seen).toEqual([]);
    await stage.pass(1);
    await stage.pass(0);
    expect(stage.given.seen).toEqual(["first nothing"]);
    await stage.pass(6 * MINUTE);
    expect(await stateOf(run)).toEqual([undefined, undefined]);
  });

  it("a delayed event comes when it is due", async () => {
    const stage = await Stage.begin(place, twoWaits);
    const run = stage.given.begin("a");
    await stage.pass(1_000);
    await stage.send("paid", paid(1), { id: "later", ts: stage.clock.now() + 2 * MINUTE });
    await stage.pass(MINUTE);
    expect(stage.given.seen).toEqual([]);
    await stage.pass(2 * MINUTE);
    expect(stage.given.seen).toEqual(["first 1"]);
    await stage.send("paid", paid(2));
    await stage.pass(1_000);
    expect(await stateOf(run)).toEqual(["later", expect.any(String)]);
  });

  it("can lose a race, be one of all, and be cancelled", async () => {
    const stage = await Stage.begin(place, (app: App) => {
      const races = app.createFunction({ name: "Races" }, { event: "races" }, function* ({ step }) {
        const first = yield* step.race({
          paid: (inner) => inner.waitForEvent("Paid?", { event: "paid", timeout: "5m" }),
          late: (inner) => inner.sleep("Late", "1m"),
        });
        const both = yield* step.all({
          paid: (inner) => inner.waitForEvent("Paid?", { event: "paid", timeout: "5m" }),
          packed: (inner) => inner.waitForEvent("Packed?", { event: "packed", timeout: "5m" }),
        });
        return [first, both.paid?.data.n, both.packed?.data.n];
      });
      return { begin: () => app.run(races, { data: {} }) };
    });
    const run = stage.given.begin();
    await stage.pass(2 * MINUTE);
    await stage.send("packed", { n: 2 });
    await stage.send("paid", { n: 1 });
    await stage.pass(1_000);
    expect(await stateOf(run)).toEqual([undefined, 1, 2]);
    const cancelled = stage.given.begin();
    await stage.pass(1_000);
    expect(await stage.app.cancel(cancelled.id)).toBe(true);
    await stage.pass(1_000);
    expect(await stateOf(cancelled)).toMatchObject({ _tag: "CancelledError" });
  });
});

describe("on a store", () => {
  it("a run that waits is out of memory, says so, and goes on in another process with what came meanwhile", async () => {
    const stage = await Stage.begin("on a store", twoWaits);
    const { id } = stage.given.begin("a");
    await stage.pass(2_000);
    expect(await stage.app.runs.get(id)).toMatchObject({
      status: "waiting",
      steps: [{ number: "1", name: "First", kind: "waitForEvent", status: "waiting", dueAt: expect.any(Date) }],
    });
    await stage.send("paid", paid(1), { id: "e1" });
    await stage.lose();
    await stage.send("paid", paid(2), { id: "e2" });
    await stage.pass(2_000);
    expect(await stage.app.runs.get(id)).toMatchObject({ status: "completed", output: ["e1", "e2"] });
  });

  it("a wait whose event was renamed is a contradiction: the run is paused", async () => {
    let event = "paid";
    const stage = await Stage.begin("on a store", (app: App) => {
      const waits = app.createFunction({ name: "Waits" }, { event: "begin" }, function* ({ step }) {
        return yield* step.waitForEvent("Paid?", { event, timeout: "5m" });
      });
      return { begin: () => app.run(waits, { data: {} }) };
    });
    const { id } = stage.given.begin();
    await stage.pass(2_000);
    event = "refunded";
    await stage.send("paid", {});
    await stage.pass(2_000);
    expect(await stage.app.runs.get(id)).toMatchObject({ status: "paused", note: expect.stringContaining("Paid?") });
  });

  it("a match that cannot be stored fails the step, and says why", async () => {
    const stage = await Stage.begin("on a store", (app: App) => {
      const waits = app.createFunction({ name: "Waits" }, { event: "begin" }, function* ({ step }) {
        return yield* step.waitForEvent("Paid?", { event: "paid", match: { by: () => {} }, timeout: "5m" });
      });
      return { begin: () => app.run(waits, { data: {} }) };
    });
    const run = stage.given.begin();
    await stage.pass(2_000);
    expect(await stateOf(run)).toMatchObject({ message: expect.stringContaining("by is the function by") });
  });

  it("thousands of waits, on events sent before, at and after they are registered: none misses its event, none is given two", async () => {
    const count = countFrom("SUREFOOT_WAITS", 1_000);
    const stage = await Stage.begin("on a store", (app: App) => {
      const waits = app.createFunction({ name: "Waits" }, { event: "order" }, function* ({ event, step }) {
        if (event.data.n % 3 === 0) yield* step.sleep("1s");
        const match = { n: event.data.n as number };
        const answer = yield* step.waitForEvent("Answer?", { event: "answer", match, timeout: "5m" });
        const another = yield* step.waitForEvent("Another?", { event: "answer", match, timeout: "1m" });
        return [answer?.data.n, another];
      });
      return waits;
    });
    const numbers = Array.from({ length: count }, (_, n) => n);
    const orders = numbers.map((n) => ({ name: "order", id: `order ${n}`, data: { n } }));
    const answers = numbers.map((n) => ({ name: "answer", id: `answer ${n}`, data: { n } }));
    await stage.app.send(orders);
    await stage.app.send(answers.filter(({ data }) => data.n % 3 === 0));
    const together = stage.pass(500);
    await stage.app.send(answers.filter(({ data }) => data.n % 3 === 1));
    await together;
    await stage.pass(10_000);
    await stage.app.send(answers.filter(({ data }) => data.n % 3 === 2));
    for (let minute = 0; minute < 5; minute++) await stage.pass(MINUTE);
    let met = 0;
    for (let cursor: string | undefined, isLast = false; !isLast; isLast = cursor === undefined) {
      const page = await stage.app.runs.list({ limit: 1_000, cursor, status: "completed" });
      for (const { event, output } of page.items) met += String(output) === String([event.data.n, null]) ? 1 : 0;
      cursor = page.cursor;
    }
    printFigure("waits that met their event, each once", met);
    expect(met).toBe(count);
  }, 120_000);
});
