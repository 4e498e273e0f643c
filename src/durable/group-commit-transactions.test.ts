import { beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../stores/memory/memory-store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker } from "../testing/journal-samples.ts";
import { ManualClock, settled } from "../testing/manual-clock.ts";
import { GroupCommit } from "./group-commit.ts";
import type { RunWrite, Store, TransactionEnd } from "./store.ts";

type Transaction = Parameters<NonNullable<Store["transact"]>>[0];
type Trouble = "fails before" | "fails after";

/** A store with transactions over the memory's journal: the body's effect is a text in a list. */
class TransactingStore extends MemoryStore {
  readonly troubles: Trouble[] = [];
  /** The keys of the records that were written, in order; of transactions with a star. */
  readonly written: string[] = [];
  readonly effects: unknown[] = [];
  /** While set, a transaction waits here between its body and its write. */
  held: Promise<void> | undefined;
  isDeaf = false;

  override async commit(commit: { readonly incarnation: string; readonly writes: readonly RunWrite[] }) {
    this.written.push(...commit.writes.flatMap(({ records }) => records.map(({ key }) => key)));
    return super.commit(commit);
  }
  override async saved(runs: { readonly incarnation: string; readonly runIds: readonly string[] }) {
    if (this.isDeaf) throw new Error("away");
    return super.saved(runs);
  }
  async transact({ incarnation, alone, body, write }: Transaction): Promise<TransactionEnd> {
    const trouble = this.troubles.shift();
    const value = await body(undefined);
    await this.held;
    await alone();
    if (trouble === "fails before") throw new Error("the disk was away");
    const wanted = write(value);
    const [result] = await super.commit({ incarnation, writes: [wanted] });
    if (result === "kept") {
      this.effects.push(value);
      this.written.push(...wanted.records.map(({ key }) => `${key}*`));
    }
    if (trouble === "fails after") throw new Error("the answer was lost");
    return result!;
  }
}

let store: TransactingStore;
let clock: ManualClock;
let commits: GroupCommit;
let bodies: number;

beforeEach(async () => {
  clock = new ManualClock();
  store = new TransactingStore();
  bodies = 0;
  await store.enterWorker(sampleWorker());
  await store.accept({
    events: ["a", "b"].map((id) => sampleEvent({ id })),
    functionId: "app/charge",
    runId: ({ id }) => id,
  });
  await store.claim({ incarnation: "worker-1", functionIds: ["app/charge"], limit: 10, nowMs: SAMPLE_MS });
  commits = new GroupCommit(store, "worker-1", clock);
});

const save = (runId: string, key: string) =>
  commits.save({ runId, token: 1, records: [sampleStep({ key })], change: null });
const transact = (runId: string, key: string, token = 1) =>
  commits.transact(runId, {
    body: () => ++bodies,
    write: (value) => ({ runId, token, records: [sampleStep({ key, value: `[${String(value)}]` })], change: null }),
  });

describe("a transaction of a run", () => {
  it("G5: comes behind what was saved before it, and before what is saved after it", async () => {
    const before = save("a", "before");
    const pay = transact("a", "pay");
    await settled();
    const after = save("a", "after");
    await clock.advance(1);
    expect(await Promise.all([before, pay.then(({ end }) => end), after])).toEqual(["kept", "kept", "kept"]);
    expect(store.written).toEqual(["before", "pay*", "after"]);
  });
  it("G5: holds up no other run, and its own only while it is written for", async () => {
    let letGo = (): void => {};
    store.held = new Promise((resolve) => {
      letGo = resolve;
    });
    const pay = transact("a", "pay");
    await Promise.all([save("a", "meanwhile"), save("b", "other")]);
    letGo();
    await pay;
    expect(store.written).toEqual(["meanwhile", "other", "pay*"]);
  });
  it("waits for another one of its run", async () => {
    const ends = await Promise.all([transact("a", "one"), transact("a", "two"), transact("a", "three")]);
    expect(ends.map(({ end }) => end)).toEqual(["kept", "kept", "kept"]);
    expect(await store.saved({ incarnation: "worker-1", runIds: ["a"] })).toEqual([3]);
  });
  it("is over before the worker is idle", async () => {
    const order: string[] = [];
    const pay = transact("a", "pay").then(() => order.push("pay"));
    await settled();
    await Promise.all([pay, commits.idle().then(() => order.push("idle"))]);
    expect(order).toEqual(["pay", "idle"]);
  });
});

describe("a transaction of which the store says nothing", () => {
  const advanced = async <Given>(wanted: Promise<Given>): Promise<Given> => {
    const seen = { isOver: false };
    void wanted.then(() => (seen.isOver = true));
    for (let turn = 0; turn < 200 && !seen.isOver; turn++) {
      await settled();
      await clock.advance(50);
    }
    return wanted;
  };

  it("and that was kept is not run again: what was kept is what is given", async () => {
    store.troubles.push("fails after");
    const { end, records } = await advanced(transact("a", "pay"));
    expect([end, records[0]?.value, bodies, store.effects]).toEqual(["kept", "[1]", 1, [1]]);
  });
  it("and that was not kept is run again until it is, once in effect", async () => {
    store.troubles.push("fails before", "fails before", "fails after");
    const { end, records } = await advanced(transact("a", "pay"));
    expect([end, records[0]?.value, bodies, store.effects]).toEqual(["kept", "[3]", 3, [3]]);
  });
  it("is not run again before it is known what became of it", async () => {
    store.troubles.push("fails after");
    store.isDeaf = true;
    const pay = transact("a", "pay");
    for (let turn = 0; turn < 20; turn++) {
      await settled();
      await clock.advance(1_000);
    }
    expect(bodies).toBe(1);
    store.isDeaf = false;
    expect((await advanced(pay)).end).toBe("kept");
    expect(bodies).toBe(1);
  });
  it("is refused where the run is another's by now, and has done nothing", async () => {
    const pay = transact("a", "pay", 7);
    await settled();
    expect((await advanced(pay)).end).toBe("refused");
    expect([store.effects, store.written]).toEqual([[], []]);
  });
});
