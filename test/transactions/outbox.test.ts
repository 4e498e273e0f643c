// `app.send(event, { tx })`: an event exists if and only if the sender's transaction commits.
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApp, eventType, type StandardSchema } from "../../src/index.ts";
import { memory } from "../../src/memory.ts";
import { Ledger, book } from "./ledger.ts";

let ledger: Ledger;
let heard: unknown[];
let onHeard: () => void;
beforeEach(() => {
  ledger = new Ledger();
  heard = [];
  ledger.app.createFunction({ name: "Hear" }, { event: "told" }, ({ event }) => {
    heard.push(event.data);
    onHeard();
  });
});
afterEach(() => ledger.remove());

/** Settles when this much was heard. */
function hearing(count: number): Promise<void> {
  return new Promise((resolve) => {
    onHeard = () => heard.length === count && resolve();
  });
}
const outbox = (): unknown[] => ledger.own.prepare("select * from surefoot_outbox").all();

describe("an event that was sent in a transaction", () => {
  it("of one's own starts what listens when it commits, and is nothing when it is rolled back", async () => {
    const { app, own } = ledger;
    await app.start();
    const done = hearing(2);
    for (const [data, end] of [
      ["a", "commit"],
      ["b", "rollback"],
      ["c", "commit"],
    ] as const) {
      own.exec("begin immediate");
      own.prepare("insert into booking values (?)").run(data);
      const { ids } = await app.send({ name: "told", data }, { tx: own });
      expect(ids).toEqual([expect.stringMatching(/^evt_/)]);
      own.exec(end);
    }
    await done;
    expect([heard.length, new Set(heard), ledger.bookings, outbox()]).toEqual([2, new Set(["a", "c"]), ["a", "c"], []]);
  });
  it("of a step is sent with the step's outcome, once, and not with what was rolled back", async () => {
    const { app } = ledger;
    let attempts = 0;
    const telling = app.createFunction({ name: "Tell" }, { event: "tell" }, function* ({ step }) {
      return yield* step.transaction("Tell", (tx) => {
        void app.send({ name: "told", data: ++attempts }, { tx });
        if (attempts < 2) throw new Error("not yet");
        return book(tx, "told");
      });
    });
    await app.start();
    const done = hearing(1);
    await app.run(telling, { data: null });
    await done;
    expect([heard, ledger.bookings, outbox()]).toEqual([[2], ["told"], []]);
  });
  it("that is refused rolls the step's transaction back", async () => {
    const { app } = ledger;
    const telling = app.createFunction({ name: "Tell", retries: 0 }, { event: "tell" }, function* ({ step }) {
      return yield* step.transaction({ name: "Tell", retries: 0 }, (tx) => {
        book(tx, "a");
        void app.send({ name: "told", data: () => "a function" }, { tx });
      });
    });
    await app.start();
    expect(await app.run(telling, { data: null }).result()).toMatchObject({
      ok: false,
      error: { cause: { _tag: "EventRefusedError" } },
    });
    expect([ledger.bookings, outbox()]).toEqual([[], []]);
  });
  it("by an id that is known starts nothing again, and with other data is refused", async () => {
    const { app, own } = ledger;
    await app.start();
    const done = hearing(2);
    await app.send({ id: "one", name: "told", data: 1 });
    own.exec("begin immediate");
    await app.send({ id: "one", name: "told", data: 1 }, { tx: own });
    await app.send({ id: "two", name: "told", data: 2 }, { tx: own });
    expect(() => app.send({ id: "one", name: "told", data: 3 }, { tx: own })).toThrow(/was accepted before/);
    own.exec("commit");
    await done;
    expect([heard.length, new Set(heard), outbox()]).toEqual([2, new Set([1, 2]), []]);
  });
});

describe("it is refused at once, before anything is written,", () => {
  const told = (): unknown => ledger.app.send({ name: "told" }, { tx: ledger.own });

  it("before the app has opened its store", () => {
    expect(told).toThrow(/has not opened its store yet/);
  });
  it("outside a transaction, by what is no connection, and in another file", async () => {
    const { app, own } = ledger;
    await app.start();
    expect(told).toThrow(/is in no transaction/);
    expect(() => app.send({ name: "told" }, { tx: {} })).toThrow(/is a connection to the store's file/);
    const other = new DatabaseSync(":memory:");
    other.exec("begin");
    expect(() => app.send({ name: "told" }, { tx: other })).toThrow(/is of another file than the store's/);
    other.close();
    own.exec("begin immediate");
    expect(() => app.send([{ name: "told" }, { name: "" }], { tx: own })).toThrow(/an event needs a name/);
    own.exec("commit");
    expect(outbox()).toEqual([]);
  });
  it("by a schema that answers later", async () => {
    const later: StandardSchema<number, number> = {
      "~standard": { version: 1, vendor: "test", validate: async (value) => ({ value: value as number }) },
    };
    const app = createApp({ name: "later", store: memory(), events: [eventType("later", { schema: later })] });
    expect(() => app.send({ name: "later", data: 1 }, { tx: {} })).toThrow(/a schema that answers later cannot check/);
  });
  it("where there is no store, or one without transactions", () => {
    expect(() => createApp({ name: "none" }).send({ name: "told" }, { tx: {} })).toThrow(/needs a store/);
    const app = createApp({ name: "memory", store: memory() });
    expect(() => app.send({ name: "told" }, { tx: {} })).toThrow(/has no transactions that an event can be sent in/);
  });
});
