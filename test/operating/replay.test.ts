// app.replay: a new run that takes over what another one recorded before a step.
import { describe, expect, it } from "vitest";
import { NoStoreError, createApp, type App } from "../../src/index.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import { Premises, lines, stores } from "./premises.ts";

const newFile = temporaryFiles("replay");

interface Trouble {
  isBroken: boolean;
}

/** Fetches, then bills in substeps; billing is broken until it is mended. */
function billing(app: App, trouble: Trouble) {
  const done: string[] = [];
  const keys: string[] = [];
  const bills = app.createFunction({ name: "Bills", retries: 0 }, { event: "order.placed" }, function* ({ step }) {
    const fetched = yield* step.run("Fetch", () => done.push("fetched"));
    const sent = yield* step.run("Bill", function* (step) {
      yield* step.run("Charge", ({ idempotencyKey }) => {
        keys.push(idempotencyKey);
        return done.push("charged");
      });
      return yield* step.run("Print", () => {
        if (trouble.isBroken) throw new Error("no paper");
        return done.push("printed");
      });
    });
    yield* step.run("Close", () => done.push("closed"));
    return [fetched, sent];
  });
  return { done, keys, begin: () => app.run(bills, { data: {} }) };
}

describe.each(stores(newFile))("a replay, %s", (_name, newStore) => {
  async function failed() {
    const trouble: Trouble = { isBroken: true };
    const premises = new Premises(newStore());
    const process = await premises.start((app) => billing(app, trouble));
    const first = process.given.begin();
    await premises.pass(1_000);
    expect((await premises.run(first.id)).status).toBe("failed");
    trouble.isBroken = false;
    process.given.done.length = 0;
    return { premises, process, ...process, first };
  }

  it("from a substep runs that one and what follows; what was recorded before it is taken over", async () => {
    const { premises, process, app, given, first } = await failed();
    const again = app.replay(first.id, { from: "2.2" });
    await premises.pass(1_000);
    expect(await again).toEqual([1, 1]);
    expect(given.done).toEqual(["printed", "closed"]);
    const run = await premises.run(again.id);
    expect([run.replayOf, run.event.id, lines(run)]).toEqual([
      first.id,
      (await premises.run(first.id)).event.id,
      ["1 Fetch completed", "2 Bill completed", "2.1 Charge completed", "2.2 Print completed", "3 Close completed"],
    ]);
    expect((await premises.run(first.id)).status).toBe("failed");
    await premises.stop(process);
  });

  it("from a composite step runs all of it, with idempotency keys of its own", async () => {
    const { premises, process, app, given, first } = await failed();
    await Promise.all([app.replay(first.id, { from: "2" }), premises.pass(1_000)]);
    expect(given.done).toEqual(["charged", "printed", "closed"]);
    expect(new Set(given.keys).size).toBe(2);
    await premises.stop(process);
  });

  it("takes a path for a number, and begins anew without either", async () => {
    const { premises, process, app, given, first } = await failed();
    await Promise.all([app.replay(first.id, { from: "Bill/Print" }), premises.pass(1_000)]);
    expect(given.done).toEqual(["printed", "closed"]);
    given.done.length = 0;
    await Promise.all([app.replay(first.id), premises.pass(1_000)]);
    expect(given.done).toEqual(["fetched", "charged", "printed", "closed"]);
    await premises.stop(process);
  });

  it("is kept before anybody carries it out, by whichever process, and can be replayed itself", async () => {
    const { premises, process, first } = await failed();
    await premises.lose(process);
    const operator = await premises.start(() => undefined);
    const again = operator.app.replay(first.id, { from: "2.2" });
    await premises.pass(0);
    expect((await premises.run(again.id)).status).toBe("queued");
    await premises.lose(operator);
    const next = await premises.start((other) => billing(other, { isBroken: false }));
    await premises.pass(1_000);
    expect((await premises.run(again.id)).status).toBe("completed");
    const third = next.app.replay(again.id, { from: "3" });
    await premises.pass(1_000);
    expect([await third, next.given.done.at(-1)]).toEqual([[1, 1], "closed"]);
    expect((await premises.run(third.id)).replayOf).toBe(again.id);
    await premises.stop(next);
  });

  it("of what is not there is refused, with what there is", async () => {
    const { premises, process, app, first } = await failed();
    await expect(app.replay("run_none").result()).rejects.toMatchObject({
      _tag: "RunNotFoundError",
      runId: "run_none",
    });
    await expect(app.replay(first.id, { from: "7" })).rejects.toMatchObject({
      _tag: "StepNotFoundError",
      message: `${first.id} has no step "7": it has 1 Fetch, 2 Bill`,
    });
    expect((await premises.store.runs({ limit: 9 })).length).toBe(1);
    await premises.stop(process);
  });
});

it("needs a store", async () => {
  await expect(createApp({ name: "works" }).replay("run_1")).rejects.toThrow(NoStoreError);
});
