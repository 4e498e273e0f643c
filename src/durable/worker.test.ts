// W1 to W3, and leaving: workers over one store in memory, in time that the test moves.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createAppWith } from "../app/create-app.ts";
import type { AppOptions } from "../app/app-types.ts";
import { systemRandomness } from "../core/ids.ts";
import { MemoryStore } from "../stores/memory/memory-store.ts";
import { ManualClock, settled } from "../testing/manual-clock.ts";
import { durableStore } from "./durable-store.ts";

const LEASE_MS = 9_000;

/** A store that can be away, and a worker whose beats it loses. */
class DistantStore extends MemoryStore {
  isAway = false;
  /** Its beats are lost on the way: it looks silent, and does not know it. */
  unheard: string | undefined;

  override async beat(worker: { readonly incarnation: string }): Promise<boolean> {
    this.#reach();
    return worker.incarnation === this.unheard ? true : super.beat(worker);
  }
  override async commit(commit: Parameters<MemoryStore["commit"]>[0]) {
    this.#reach();
    return super.commit(commit);
  }
  override async saved(runs: Parameters<MemoryStore["saved"]>[0]) {
    this.#reach();
    return super.saved(runs);
  }
  override async claim(claim: Parameters<MemoryStore["claim"]>[0]) {
    this.#reach();
    return super.claim(claim);
  }
  override async leaveWorker(worker: { readonly incarnation: string }): Promise<void> {
    this.#reach();
    return super.leaveWorker(worker);
  }
  #reach(): void {
    if (this.isAway) throw new Error("the store is away");
  }
}

let clock: ManualClock;
let store: DistantStore;
let warnings: string[];

beforeEach(() => {
  clock = new ManualClock();
  store = new DistantStore();
  warnings = [];
  vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
  return () => void vi.restoreAllMocks();
});

/** A process with one function, whose step is at work until it is let go. */
function newProcess(options: Partial<AppOptions<[], undefined>> = {}) {
  const app = createAppWith(
    { name: "app", store: durableStore(store), observers: [], lease: LEASE_MS, ...options },
    { clock, random: systemRandomness },
  );
  const entered: string[] = [];
  const letGo: (() => void)[] = [];
  const work = app.createFunction({ name: "Work" }, { event: "work" }, ({ event, step }) =>
    step.run("Wait", async () => {
      entered.push(event.data as string);
      await new Promise<void>((resolve) => void letGo.push(resolve));
      return `done ${event.data}`;
    }),
  );
  const send = (...names: string[]) => app.send(names.map((name) => ({ id: name, name: "work", data: name })));
  const statuses = async (): Promise<string[]> =>
    (await app.runs.list()).items.map(({ status }) => status).toReversed();
  return { app, work, entered, letGo, send, statuses };
}

describe("W1", () => {
  it("at most so many runs are in memory as it was started with, and the next begins when one has ended", async () => {
    const { app, entered, letGo, send, statuses } = newProcess();
    await app.start({ concurrency: 2 });
    await send("a", "b", "c");
    await settled();
    expect(entered).toEqual(["a", "b"]);
    letGo[0]!();
    await settled();
    expect(entered).toEqual(["a", "b", "c"]);
    expect(await statuses()).toEqual(["completed", "running", "running"]);
  });
});

describe("a claim", () => {
  it("gives at most a hundred runs, so that these begin while more are looked for", async () => {
    const claim = vi.spyOn(store, "claim");
    const { app, entered, send } = newProcess();
    await send(...Array.from({ length: 150 }, (_nothing, place) => `run ${place}`));
    await app.start({ concurrency: 500 });
    await settled();
    expect(entered).toHaveLength(150);
    expect(Math.max(...claim.mock.calls.map(([{ limit }]) => limit))).toBe(100);
  });
});

describe("whoever waits for a run", () => {
  it("is told what its worker wrote, and reads nothing, where that is the same process", async () => {
    const { app, work, letGo } = newProcess();
    await app.start();
    await settled();
    const read = vi.spyOn(store, "run");
    const run = app.run(work, { data: "a" });
    await settled();
    letGo[0]!();
    await settled();
    expect(await run).toBe("done a");
    expect(read).not.toHaveBeenCalled();
  });

  it("reads it where another process ends it, or where it had ended before", async () => {
    const { app, work } = newProcess();
    const other = newProcess();
    await other.app.start();
    const run = app.run(work, { id: "once", data: "a" });
    await settled();
    await clock.advance(1_000);
    other.letGo[0]!();
    await settled();
    await clock.advance(1_000);
    expect(await run).toBe("done a");
    expect(await other.app.run(other.work, { id: "once", data: "a" })).toBe("done a");
    expect(other.entered).toEqual(["a"]);
  });

  it("is not told of an end that was refused", async () => {
    const { app, work, letGo } = newProcess();
    await app.start();
    await settled();
    const run = app.run(work, { data: "a" });
    await settled();
    const commit = store.commit.bind(store);
    vi.spyOn(store, "commit").mockImplementation(async (writes) => {
      if (writes.writes.some(({ change }) => change?.kind === "end"))
        await store.requestCancel({ runId: run.id, nowMs: clock.now() });
      return commit(writes);
    });
    letGo[0]!();
    await settled();
    await expect(run.result()).rejects.toThrow("cancel");
  });
});

describe("W2, under a short lease", () => {
  it("hearts are looked at as often as they beat: a silent worker is buried within two beats of its lease", async () => {
    const lease = 600;
    const silent = newProcess({ lease });
    await silent.app.start();
    await silent.send("a");
    await settled();
    store.unheard = (await store.workers())[0]!.incarnation;
    const other = newProcess({ lease });
    await other.app.start();
    await clock.advance(lease - 100);
    expect(other.entered).toEqual([]);
    await clock.advance(100 + (2 * lease) / 3);
    expect(other.entered).toEqual(["a"]);
  });
});

describe("W3, with a store that answers late", () => {
  it("a worker that hears twice that it was buried begins anew once: nobody is left behind with a claim and no heart", async () => {
    const answers: (() => void)[] = [];
    vi.spyOn(store, "beat").mockImplementation(async (worker) => {
      await new Promise<void>((resolve) => void answers.push(resolve));
      return MemoryStore.prototype.beat.call(store, worker);
    });
    const { app, send } = newProcess();
    await app.start();
    await send("a");
    await settled();
    const [buried] = await store.workers();
    await clock.advance(LEASE_MS / 3);
    await store.buryWorker({ incarnation: buried!.incarnation, description: "process 1", nowMs: clock.now() });
    await send("b"); // it is given nothing, and asks whether it is alive
    await settled();
    expect(answers.length).toBe(2);
    for (const answer of answers) answer();
    await settled();
    const workers = await store.workers();
    expect(workers.map(({ incarnation }) => incarnation)).not.toContain(buried!.incarnation);
    expect(workers).toHaveLength(1);
  });
});

describe("W2 and W3", () => {
  it("a worker whose heart was not heard for a lease is buried, and not before: another goes on, and says so", async () => {
    const silent = newProcess();
    await silent.app.start();
    await silent.send("a");
    await settled();
    const { ids } = await silent.send("a");
    store.unheard = (await store.workers())[0]!.incarnation;
    const other = newProcess();
    await other.app.start();
    await clock.advance(LEASE_MS - 1_000);
    expect(other.entered).toEqual([]);
    await clock.advance(2_500);
    expect(other.entered).toEqual(["a"]);
    const [run] = (await other.app.runs.list({ eventId: ids[0]! })).items;
    expect((await other.app.runs.get(run!.id))!.takeovers).toMatchObject([
      { openSteps: [{ number: "1", name: "Wait" }] },
    ]);
  });

  it("what the silent one still does is refused, and user code does not hear of it", async () => {
    const silent = newProcess();
    await silent.app.start();
    await silent.send("a");
    await settled();
    store.unheard = (await store.workers())[0]!.incarnation;
    const other = newProcess();
    await other.app.start();
    await clock.advance(LEASE_MS + 2_000);
    silent.letGo[0]!();
    await settled();
    expect(await other.statuses()).toEqual(["running"]);
    other.letGo[0]!();
    await settled();
    expect(await other.statuses()).toEqual(["completed"]);
  });

  it("a worker that hears that it was buried drops its runs, and begins anew", async () => {
    const { app, entered, letGo, send, statuses } = newProcess();
    await app.start();
    await send("a");
    await settled();
    const [worker] = await store.workers();
    await store.buryWorker({ incarnation: worker!.incarnation, description: "a mistake", nowMs: clock.now() });
    await clock.advance(LEASE_MS / 3 + 100);
    expect(entered).toEqual(["a", "a"]);
    letGo[0]!();
    await settled();
    expect(await statuses()).toEqual(["running"]);
    letGo[1]!();
    await settled();
    expect(await statuses()).toEqual(["completed"]);
  });
});

describe("a store that is away", () => {
  it("is asked again until it is back; nothing is lost, and no body runs twice", async () => {
    const { app, entered, letGo, send, statuses } = newProcess();
    await app.start();
    await send("a");
    await settled();
    store.isAway = true;
    letGo[0]!();
    await clock.advance(60_000);
    expect(entered).toEqual(["a"]);
    expect(warnings.join("\n")).toContain("the store is away");
    store.isAway = false;
    await clock.advance(6_000);
    expect([entered, await statuses()]).toEqual([["a"], ["completed"]]);
  });

  it("does not keep a worker from leaving", async () => {
    const { app, letGo, send } = newProcess();
    await app.start();
    await send("a");
    await settled();
    store.isAway = true;
    letGo[0]!();
    await settled();
    let hasStopped = false;
    void app.stop({ timeout: "5s" }).then(() => {
      hasStopped = true;
    });
    await clock.advance(8_000);
    expect(hasStopped).toBe(true);
    expect(warnings.join("\n")).toContain("the worker could not tell its store that it leaves");
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });
});

describe("leaving", () => {
  it("lets what is at work end, takes up nothing more, and leaves the rest to others", async () => {
    const { app, entered, letGo, send } = newProcess();
    await app.start({ concurrency: 1 });
    await send("a", "b");
    await settled();
    const stopped = app.stop();
    await settled();
    letGo[0]!();
    await settled();
    await stopped;
    expect(entered).toEqual(["a"]);
    const next = newProcess();
    await next.app.start();
    await settled();
    expect(next.entered).toEqual(["b"]);
    expect(await next.statuses()).toEqual(["completed", "running"]);
  });

  it("says nothing of what was on its way when it left, and finds the store closed", async () => {
    const { app, send } = newProcess();
    await app.start();
    await send("a");
    await settled();
    let fail = (_error: Error): void => {};
    vi.spyOn(store, "workers").mockImplementation(() => new Promise((_resolve, reject) => void (fail = reject)));
    await clock.advance(1_000);
    const stopped = app.stop({ timeout: "1s" });
    await clock.advance(5_000);
    await stopped;
    fail(new Error("the store is closed"));
    await settled();
    expect(warnings).toEqual([]);
  });

  it("after its time leaves what is still at work behind, without a trace of it in the journal", async () => {
    const { app, letGo, send } = newProcess();
    await app.start();
    await send("a");
    await settled();
    const stopped = app.stop({ timeout: "5s" });
    await clock.advance(8_000);
    await stopped;
    letGo[0]!();
    await settled();
    const next = newProcess();
    await next.app.start();
    await settled();
    expect(next.entered).toEqual(["a"]);
    next.letGo[0]!();
    await settled();
    expect(await next.statuses()).toEqual(["completed"]);
  });
});
