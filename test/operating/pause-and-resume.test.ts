// app.pause and app.resume: a run stands still without losing anything, and goes on.
import { describe, expect, it } from "vitest";
import { NoStoreError, createApp, type App } from "../../src/index.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import { Premises, lines, stores } from "./premises.ts";

const MINUTE_MS = 60_000;
const newFile = temporaryFiles("pause");

/** A run that works, sleeps for ten minutes, waits for an event, and works again. */
function shipping(app: App) {
  const done: string[] = [];
  let letGo = (): void => {};
  const packed = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const ships = app.createFunction({ name: "Ships" }, { event: "order.placed" }, function* ({ step }) {
    yield* step.run("Pack", async () => {
      done.push("packed");
      await packed;
    });
    yield* step.run("Weigh", () => done.push("weighed"));
    yield* step.sleep("Night", "10m");
    const paid = yield* step.waitForEvent("Paid?", { event: "paid", timeout: "1 day" });
    yield* step.run("Ship", () => done.push("shipped"));
    return paid?.data as unknown;
  });
  return { done, letGo, begin: () => app.run(ships, { data: {} }) };
}

describe.each(stores(newFile))("a pause, %s", (_name, newStore) => {
  it("lets what is at work end and be recorded, begins nothing more, and goes on where it was", async () => {
    const premises = new Premises(newStore());
    const process = await premises.start(shipping);
    const { app, given } = process;
    const run = given.begin();
    await premises.pass(0);
    expect(await app.pause(run.id)).toBe(true);
    await premises.pass(2_000);
    expect((await premises.run(run.id)).status).toBe("running"); // its body is at work
    given.letGo();
    await premises.pass(2_000);
    const paused = await premises.run(run.id);
    expect([paused.status, paused.note, lines(paused)]).toEqual([
      "paused",
      expect.stringContaining("app.resume"),
      ["1 Pack completed"],
    ]);
    await premises.pass(20 * MINUTE_MS);
    expect(given.done).toEqual(["packed"]);
    expect(await app.resume(run.id)).toBe(true);
    await premises.pass(0);
    expect([given.done, (await premises.run(run.id)).status]).toEqual([["packed", "weighed"], "sleeping"]);
    await premises.stop(process);
  });

  it("of a run that sleeps or waits: its timer counts on, and what comes for it is kept", async () => {
    const premises = new Premises(newStore());
    const process = await premises.start(shipping);
    const { app, given } = process;
    given.letGo();
    const run = given.begin();
    await premises.pass(1_000);
    await app.pause(run.id);
    expect((await premises.run(run.id)).status).toBe("paused");
    await premises.pass(20 * MINUTE_MS);
    await app.send({ name: "paid", data: { euros: 5 } });
    await premises.pass(2_000);
    expect(given.done).toEqual(["packed", "weighed"]);
    await app.resume(run.id);
    await premises.pass(1_000);
    expect(await run).toEqual({ euros: 5 });
    expect(given.done).toEqual(["packed", "weighed", "shipped"]);
    await premises.stop(process);
  });

  it("reaches a run in another process, outlives its death, and no new start lifts it", async () => {
    const premises = new Premises(newStore());
    const worker = await premises.start(shipping);
    const run = worker.given.begin();
    await premises.pass(0);
    const operator = await premises.start(() => undefined);
    expect(await operator.app.pause(run.id)).toBe(true);
    await premises.pass(1_500); // the worker hears of it
    await premises.lose(worker);
    const next = await premises.start(shipping);
    next.given.letGo();
    await premises.pass(5 * MINUTE_MS);
    expect([next.given.done, (await premises.run(run.id)).status]).toEqual([[], "paused"]);
    await operator.app.resume(run.id);
    await premises.pass(2_000);
    expect(next.given.done).toEqual(["packed", "weighed"]);
    await premises.stop(next);
  });

  it("gives way to a cancellation; and of a run that has ended, or is none, nothing is asked", async () => {
    const premises = new Premises(newStore());
    const process = await premises.start(shipping);
    const { app, given } = process;
    given.letGo();
    const run = given.begin();
    await premises.pass(1_000);
    await app.pause(run.id);
    expect(await app.cancel(run.id)).toBe(true);
    await premises.pass(1_000);
    expect((await premises.run(run.id)).status).toBe("cancelled");
    expect([await app.pause(run.id), await app.resume(run.id)]).toEqual([false, false]);
    expect([await app.pause("run_none"), await app.resume("run_none")]).toEqual([false, false]);
    await premises.stop(process);
  });
});

it("needs a store", async () => {
  const app = createApp({ name: "works" });
  await expect(app.pause("run_1")).rejects.toThrow(NoStoreError);
  await expect(app.resume("run_1")).rejects.toThrow(/app.resume needs a store/);
});
