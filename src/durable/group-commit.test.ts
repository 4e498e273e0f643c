import { beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../stores/memory/memory-store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker } from "../testing/journal-samples.ts";
import { ManualClock, settled } from "../testing/manual-clock.ts";
import { GroupCommit } from "./group-commit.ts";
import type { RunWrite, WriteResult } from "./store.ts";

type Trouble = "fails before" | "fails after" | "away";

/** A store that has its troubles, in the order given, one a commit. */
class TroubledStore extends MemoryStore {
  readonly troubles: Trouble[] = [];
  /** Writes for this run make the whole commit fail. */
  badRun: string | undefined;
  /** The save ids of each commit that was asked for. */
  readonly asked: number[][] = [];
  /** The save ids that were written, in order. */
  readonly written: number[] = [];
  isAway = false;
  /** While set, commits wait here until they are let go. */
  held: (() => void)[] | undefined;

  override async commit(commit: { readonly incarnation: string; readonly writes: readonly RunWrite[] }) {
    if (this.held !== undefined) await new Promise<void>((resolve) => this.held!.push(resolve));
    this.asked.push(commit.writes.map(({ saveId }) => saveId));
    const trouble = this.troubles.shift();
    if (this.isAway || trouble === "fails before") throw new Error("the disk was away");
    if (commit.writes.some(({ runId }) => runId === this.badRun)) throw new Error("a bad row");
    const results = await super.commit(commit);
    this.written.push(
      ...commit.writes.filter((_write, place) => results[place] === "kept").map(({ saveId }) => saveId),
    );
    if (trouble === "fails after") throw new Error("the answer was lost");
    return results;
  }
  override async saved(runs: { readonly incarnation: string; readonly runIds: readonly string[] }) {
    if (this.isAway) throw new Error("the disk was away");
    return super.saved(runs);
  }
}

let store: TroubledStore;
let clock: ManualClock;
let commits: GroupCommit;
/** How each save ended, in the order of the ends. */
let ends: string[];

beforeEach(async () => {
  clock = new ManualClock();
  store = new TroubledStore();
  ends = [];
  await store.enterWorker(sampleWorker());
  await store.accept({
    events: ["a", "b", "c", "bad"].map((id) => sampleEvent({ id })),
    functionId: "app/charge",
    runId: ({ id }) => id,
  });
  await store.claim({ incarnation: "worker-1", functionIds: ["app/charge"], limit: 10, nowMs: SAMPLE_MS });
  commits = new GroupCommit(store, "worker-1", clock);
});

function save(runId: string, write: Partial<RunWrite> = {}): Promise<WriteResult> {
  const saved = commits.save({ runId, token: 1, records: [sampleStep()], change: null, ...write });
  void saved.then((result) => ends.push(`${runId} ${result}`));
  return saved;
}
function step(key: string, state: "started" | "ended" = "ended"): Partial<RunWrite> {
  return { records: [sampleStep({ key, state })] };
}

describe("G1: grouping", () => {
  it("what is saved in one turn is one commit, at the end of the turn", async () => {
    void save("a");
    void save("b");
    expect(store.asked).toEqual([]);
    await settled();
    expect(store.asked).toEqual([[1, 2]]);
    expect(ends).toEqual(["a kept", "b kept"]);
  });

  it("while one commit is in flight, the next batch gathers", async () => {
    store.held = [];
    void save("a");
    await settled();
    void save("b");
    void save("c");
    await settled();
    expect(store.asked).toEqual([]);
    store.held.shift()!();
    await settled();
    store.held.shift()!();
    await settled();
    expect(store.asked).toEqual([[1], [2, 3]]);
    expect(ends).toEqual(["a kept", "b kept", "c kept"]);
  });

  it("the next is on its way when the code behind the last goes on", async () => {
    store.held = [];
    const onTheWay = save("a").then(() => store.held!.length);
    await settled();
    void save("b");
    await settled();
    store.held.shift()!();
    await settled();
    expect(await onTheWay).toBe(1);
  });
});

describe("G1: batches", () => {
  it("a batch ends at 128 writes", async () => {
    for (let place = 0; place < 301; place++) void save("a", step(`Step ${place}`));
    await settled();
    expect(store.asked.map((saveIds) => saveIds.length)).toEqual([128, 128, 45]);
    expect(ends).toHaveLength(301);
  });

  it("a batch ends at 8 MiB, and one write may be larger alone", async () => {
    const value = "x".repeat(3 * 1024 * 1024);
    for (const size of [1, 1, 1, 4, 1]) {
      void save("a", {
        records: [sampleStep({ key: `Step ${store.asked.length} ${ends.length}`, value: value.repeat(size) })],
      });
    }
    await settled();
    expect(store.asked.map((saveIds) => saveIds.length)).toEqual([2, 1, 1, 1]);
  });

  it("is idle when nothing is on its way", async () => {
    await commits.idle();
    void save("a");
    let isIdle = false;
    void commits.idle().then(() => {
      isIdle = true;
    });
    await Promise.resolve();
    expect(isIdle).toBe(false);
    await settled();
    expect(isIdle).toBe(true);
  });
});

describe("G2: a commit whose result is unknown", () => {
  it("that has committed is read back, and nothing is written twice", async () => {
    store.troubles.push("fails after");
    void save("a");
    void save("b");
    await clock.advance(1_000);
    expect(ends.toSorted()).toEqual(["a kept", "b kept"]);
    expect(store.written).toEqual([1, 2]);
  });

  it("that has not is tried again, and written once", async () => {
    store.troubles.push("fails before");
    void save("a");
    await clock.advance(1_000);
    expect(ends).toEqual(["a kept"]);
    expect(store.written).toEqual([1]);
    expect(store.asked).toEqual([[1], [1]]);
  });

  it("fails in every way in a row, and each write is still written once", async () => {
    store.troubles.push("fails before", "fails after", "fails before", "fails after");
    for (const runId of ["a", "b", "c"]) void save(runId);
    await clock.advance(60_000);
    expect(ends.toSorted()).toEqual(["a kept", "b kept", "c kept"]);
    expect(store.written.toSorted((left, right) => left - right)).toEqual([1, 2, 3]);
  });

  it("for a while: what is saved meanwhile waits, and all is kept when the store is back", async () => {
    store.isAway = true;
    void save("a");
    await clock.advance(60_000);
    void save("b");
    await clock.advance(60_000);
    expect(ends).toEqual([]);
    store.isAway = false;
    await clock.advance(6_000);
    expect(ends).toEqual(["a kept", "b kept"]);
    expect(store.written).toEqual([1, 2]);
  });
});

describe("G2: while the store is away", () => {
  it("is asked for less and less often, at least every 5 s", async () => {
    store.isAway = true;
    void save("a");
    await clock.advance(10_000);
    const inTenSeconds = store.asked.length;
    await clock.advance(50_000);
    expect(inTenSeconds).toBeLessThan(12);
    expect(clock.nextMs! - clock.now()).toBeLessThanOrEqual(5_000);
  });

  it("does not take a refused write for a kept one: nothing of its run is kept behind it", async () => {
    await save("a", step("Charge"));
    store.troubles.push("fails after");
    void save("a", step("Charge")); // nothing follows an outcome
    void save("a", step("Notify"));
    await clock.advance(60_000);
    expect(ends).toEqual(["a kept", "a refused", "a refused"]);
  });

  it("tries nothing again once it is closed", async () => {
    store.isAway = true;
    void save("a");
    await clock.advance(1_000);
    commits.close();
    store.isAway = false;
    await clock.advance(60_000);
    expect([ends, store.written]).toEqual([[], []]);
  });
});

describe("G2: a save whose result is unknown, of a run that went on", () => {
  it("is not taken to have ended it: its cancellation was accepted", async () => {
    await store.requestCancel({ runId: "a", nowMs: SAMPLE_MS });
    store.troubles.push("fails after");
    void save("a", {
      records: [],
      change: { kind: "end", status: "completed", output: null, error: null, atMs: SAMPLE_MS },
    });
    void save("a", { records: [sampleStep({ key: "~cancel" })] });
    await clock.advance(1_000);
    expect(ends).toEqual(["a cancelRequested", "a kept"]);
    expect(store.written).toEqual([2]);
  });

  it("under an older claim, leaves the writes of the new one alone", async () => {
    store.troubles.push("fails after");
    void save("a", { records: [], change: { kind: "suspend", status: "sleeping", dueMs: SAMPLE_MS, waits: [] } });
    await settled();
    await store.claim({ incarnation: "worker-1", functionIds: ["app/charge"], limit: 10, nowMs: SAMPLE_MS });
    void save("a", { token: 2 });
    await clock.advance(1_000);
    expect(ends.toSorted()).toEqual(["a kept", "a refused"]);
    expect(store.written).toEqual([1, 2]);
  });
});

describe("G3: neighbours", () => {
  it("a write that is refused leaves them alone", async () => {
    void save("a");
    void save("b", { token: 7 });
    void save("c");
    await settled();
    expect(ends).toEqual(["a kept", "b refused", "c kept"]);
    expect(store.asked).toEqual([[1, 2, 3]]);
  });

  it.each([
    ["first", ["bad", "a", "b"]],
    ["in the middle", ["a", "bad", "b"]],
    ["last", ["a", "b", "bad"]],
  ])("a row that no commit takes, %s, does not keep them from theirs", async (_place, runIds) => {
    store.badRun = "bad";
    for (const runId of runIds) void save(runId);
    await clock.advance(60_000);
    expect(ends.toSorted()).toEqual(["a kept", "b kept"]);
    expect(store.written).toHaveLength(2);
  });

  it("nor those that come later", async () => {
    store.badRun = "bad";
    void save("bad");
    await clock.advance(60_000);
    void save("a");
    void save("b");
    await clock.advance(60_000);
    expect(ends.toSorted()).toEqual(["a kept", "b kept"]);
  });

  it("and is kept itself once the store takes it", async () => {
    store.badRun = "bad";
    void save("bad");
    void save("a");
    await clock.advance(60_000);
    store.badRun = undefined;
    await clock.advance(6_000);
    expect(ends.toSorted()).toEqual(["a kept", "bad kept"]);
  });
});
