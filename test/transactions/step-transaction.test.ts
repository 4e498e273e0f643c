// `step.transaction` in the runs of an app: what is kept, what is not, and what code sees of it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createApp,
  InvalidStepError,
  step as importedStep,
  TaggedError,
  type BusinessContext,
  type StepTools,
} from "../../src/index.ts";
import { memory } from "../../src/memory.ts";
import type { SqliteTransaction } from "../../src/sqlite.ts";
import { Ledger, book } from "./ledger.ts";

class Declined extends TaggedError("LedgerDeclined")<{ readonly code: number }> {}

let ledger: Ledger;
beforeEach(() => {
  ledger = new Ledger();
});
afterEach(() => ledger.remove());

/** Runs one function to its end. */
async function play<Value>(body: (step: StepTools<BusinessContext, SqliteTransaction>) => Value) {
  const { app } = ledger;
  const played = app.createFunction({ name: "Played" }, { event: "played" }, ({ step }) => body(step));
  await app.start();
  const run = app.run(played, { data: null });
  const result = await run.result();
  return { result, details: (await app.runs.get(run.id))!, id: run.id };
}

describe("a transaction", () => {
  it("is kept with its outcome, which code sees as it was kept", async () => {
    const { result, details } = await play((step) =>
      step.transaction("Book", (tx) => ({ at: new Date(5), what: book(tx, "a") })),
    );
    expect(result).toEqual({ ok: true, value: { at: new Date(5), what: "a" } });
    expect(ledger.bookings).toEqual(["a"]);
    expect(details.steps.map(({ number, name, kind, status }) => [number, name, kind, status])).toEqual([
      ["1", "Book", "transaction", "completed"],
    ]);
  });
  it("that throws is rolled back, and tried again by its policy", async () => {
    let attempts = 0;
    const { result } = await play((step) =>
      step.transaction("Book", (tx) => {
        book(tx, `attempt ${++attempts}`);
        if (attempts < 3) throw new Error("not yet");
        return attempts;
      }),
    );
    expect([result, ledger.bookings]).toEqual([{ ok: true, value: 3 }, ["attempt 3"]]);
  });
  it("raises typed errors, which its chain handles behind the rollback", async () => {
    const seen: unknown[] = [];
    const { result } = await play(function* (step) {
      const caught = yield* step
        .transaction("Book", function* (tx) {
          book(tx, "a");
          throw yield* new Declined({ code: 5 });
        })
        .onError(Declined, ({ code }) => void seen.push(code, ...ledger.bookings))
        .next("recovered");
      const declared = yield* step
        .transaction("Declared", (tx) => {
          book(tx, "b");
          throw new Declined({ code: 6 });
        })
        .possibleError(Declined)
        .result();
      return [caught, declared.ok ? undefined : declared.error];
    });
    expect(result).toMatchObject({ ok: true, value: ["recovered", { _tag: "LedgerDeclined", code: 6 }] });
    expect([seen, ledger.bookings]).toEqual([[5], []]);
  });
  it("whose value cannot be recorded has done nothing, and is not tried again", async () => {
    let entered = 0;
    const { result } = await play((step) =>
      step.transaction("Book", (tx) => {
        entered++;
        book(tx, "a");
        return () => "a function";
      }),
    );
    expect(result).toMatchObject({ ok: false, error: { cause: { _tag: "UnstorableValueError" } } });
    expect([entered, ledger.bookings]).toEqual([1, []]);
  });
  it("has no steps: neither those that it was handed, nor the imported ones", async () => {
    const { result } = await play(function* (step) {
      const handed = yield* step.transaction("Handed", (tx) => [book(tx, "a"), step.run("Inner", () => 1)]).result();
      const imported = yield* step.transaction("Imported", (tx) => [book(tx, "b"), importedStep.sleep(1)]).result();
      return [handed, imported].map((end) => (end.ok ? "kept" : (end.error.cause as Error).message));
    });
    expect(result).toEqual({
      ok: true,
      value: [
        expect.stringMatching(/^"Inner" was not created: .*"Handed".* is a transaction, and has no steps/),
        expect.stringMatching(/^"sleep" was not created: .*"Imported"/),
      ],
    });
    expect(ledger.bookings).toEqual([]);
  });
  it("in parallel branches, among other steps, comes in the order of its commit on each replay", async () => {
    const { result, details, id } = await play(function* (step) {
      return yield* step.all({
        a: () => step.transaction("A", (tx) => book(tx, "a")),
        b: () => step.run("B", () => "b"),
        c: () => step.transaction("C", (tx) => book(tx, "c")),
        d: () => step.run("D", async () => "d"),
      });
    });
    expect(result).toEqual({ ok: true, value: { a: "a", b: "b", c: "c", d: "d" } });
    expect([ledger.bookings.length, new Set(ledger.bookings)]).toEqual([2, new Set(["a", "c"])]);
    const sequences = ledger.own
      .prepare("select sequence from surefoot_step where run = ? and sequence is not null")
      .all(id);
    expect(new Set(sequences.map(({ sequence }) => sequence)).size).toBe(sequences.length);
    expect(details.status).toBe("completed");
  });
});

describe("a transaction of which the store does not say what became of it", () => {
  it("and that was kept is not entered again", async () => {
    let entered = 0;
    ledger.store.troubles.push("the answer is lost");
    const { result } = await play((step) => step.transaction("Book", (tx) => book(tx, `${++entered}`)));
    expect([result, entered, ledger.bookings]).toEqual([{ ok: true, value: "1" }, 1, ["1"]]);
  });
  it("and that was not is carried out when the store is back, as the same attempt", async () => {
    ledger.store.troubles.push("it could not begin", "it could not begin");
    const { details } = await play((step) => step.transaction("Book", (tx) => book(tx, "a")));
    expect([details.steps[0]?.attempts, ledger.bookings]).toEqual([1, ["a"]]);
  });
});

describe("a transaction whose run", () => {
  it("was asked to end meanwhile keeps what it did and its outcome, or neither, and the run ends as cancelled", async () => {
    const { app, store } = ledger;
    let runId = "";
    store.onTransact = () => app.cancel(runId);
    const played = app.createFunction({ name: "Cancelled" }, { event: "played" }, function* ({ step }) {
      yield* step.transaction("Book", (tx) => book(tx, "a"));
      yield* step.run("Behind it", () => "not reached");
    });
    await app.start();
    const run = app.run(played, { data: null });
    runId = run.id;
    await expect(run).rejects.toMatchObject({ _tag: "CancelledError" });
    const { steps, status } = (await app.runs.get(run.id))!;
    const kept = steps.filter((ended) => ended.status === "completed").map(({ name }) => name);
    expect([status, kept.length]).toEqual(["cancelled", ledger.bookings.length]);
  });
  it("was taken by another worker keeps nothing, and is not told", async () => {
    const { app, store } = ledger;
    const seen: string[] = [];
    let entered = 0;
    store.onTransact = async () => {
      store.onTransact = undefined;
      for (const { incarnation } of await store.workers())
        await store.buryWorker({ incarnation, description: "the first", nowMs: Date.now() });
    };
    const played = app.createFunction({ name: "Taken" }, { event: "played" }, function* ({ step }) {
      try {
        return yield* step.transaction("Book", (tx) => book(tx, `${++entered}`));
      } catch (error) {
        seen.push(String(error));
        throw error;
      }
    });
    await app.start();
    expect(await app.run(played, { data: null })).toBe(String(entered));
    expect([seen, ledger.bookings]).toEqual([[], [String(entered)]]);
  });
  it("has no time left for it keeps nothing, however late its store comes to it", async () => {
    let entered = 0;
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    ledger.store.onTransact = () => held;
    const { result } = await play((step) =>
      step.transaction({ name: "Book", timeout: 30, retries: 0 }, (tx) => book(tx, `${++entered}`)),
    );
    expect(result).toMatchObject({ ok: false, error: { _tag: "StepTimeoutError" } });
    letGo();
    await ledger.store.counts();
    expect([entered, ledger.bookings]).toEqual([0, []]);
  });
});

it("on replay is handed out, and not entered", async () => {
  let entered = 0;
  const { app } = ledger;
  let isBroken = true;
  const played = app.createFunction({ name: "Replayed", retries: 0 }, { event: "played" }, function* ({ step }) {
    const what = yield* step.transaction("Book", (tx) => book(tx, `${++entered}`));
    yield* step.run("Break", () => {
      if (isBroken) throw new Error("broken");
    });
    return what;
  });
  await app.start();
  const run = app.run(played, { data: null });
  expect((await run.result()).ok).toBe(false);
  isBroken = false;
  expect(await app.replay(run.id, { from: "2" })).toBe("1");
  expect([entered, ledger.bookings]).toEqual([1, ["1"]]);
});

describe("where there are no transactions", () => {
  const body = (tx: SqliteTransaction): number => tx.all("select 1").length;

  it("the step fails at once, and says which stores have them", async () => {
    const app = createApp({ name: "none" });
    const played = app.createFunction({ name: "None" }, { event: "none" }, ({ step }) =>
      step.transaction("Book", body),
    );
    const inline = await app.run(played, { data: null }).result();
    const outside = await importedStep.transaction("Book", body).result();
    const inMemory = createApp({ name: "memory", store: memory(), observers: [] });
    const kept = inMemory.createFunction({ name: "Memory" }, { event: "none" }, ({ step }) =>
      step.transaction("Book", body),
    );
    await inMemory.start();
    const stored = await inMemory.run(kept, { data: null }).result();
    await inMemory.stop();
    for (const end of [inline, outside, stored]) {
      const cause = end.ok ? undefined : end.error.cause;
      expect(cause).toBeInstanceOf(InvalidStepError);
      expect((cause as Error).message).toMatch(/needs a store that has transactions.*sqlite\("app\.db"\)/);
    }
  });
});
