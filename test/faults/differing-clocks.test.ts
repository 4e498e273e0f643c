// Workers and senders of several machines whose walls differ: no lease goes by them, and what is due goes by the clock of the store that they share.
import { describe, expect, it } from "vitest";
import { createAppWith } from "../../src/app/create-app.ts";
import type { Clock } from "../../src/core/clock.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import { durableStore } from "../../src/durable/durable-store.ts";
import { StoreClock } from "../../src/durable/store-clock.ts";
import type { Look, Store } from "../../src/durable/store.ts";
import type { RunDetails } from "../../src/index.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { lookByVerbs } from "../../src/testing/look-by-verbs.ts";
import { ManualClock, settled } from "../../src/testing/manual-clock.ts";

const MINUTE_MS = 60_000;
const LEASE_MS = 9_000;
const EVENTS = 20;
/** As often does a worker look. */
const LOOK_MS = 1_000;
const START_MS = Date.UTC(2026, 0, 1);

/** The same time by a wall that is ahead of it, or behind. */
function wallThatIs(aheadMs: number, time: ManualClock): Clock {
  return {
    now: () => time.now() + aheadMs,
    elapsed: () => time.elapsed(),
    timer: (delayMs, call) => time.timer(delayMs, call),
    alarm: (atMs, call) => time.alarm(atMs - aheadMs, call),
    turn: (call) => time.turn(call),
  };
}

/** A store that is on no machine of its workers, and answers with its own time, as Postgres does. */
class SharedStore extends MemoryStore {
  readonly #time: ManualClock;
  /** How far its clock has been set. */
  setMs = 0;

  constructor(time: ManualClock) {
    super();
    this.#time = time;
  }
  clockOver(host: Clock): StoreClock {
    return new StoreClock(host, async () => this.#nowMs);
  }
  get #nowMs(): number {
    return this.#time.now() + this.setMs;
  }
  async look(look: Parameters<NonNullable<Store["look"]>>[0]): Promise<Look> {
    return { ...(await lookByVerbs(this, look)), nowMs: this.#nowMs };
  }
}

class Machines {
  readonly time = new ManualClock();
  readonly store = new SharedStore(this.time);
  readonly bodies: string[] = [];
  /** When they were to run, and when they did. */
  readonly ticks: (readonly [number, number])[] = [];

  /** A process on a machine of its own. */
  async newProcess(name: string, aheadMs = 0, { isWorker = true } = {}) {
    const app = createAppWith(
      { name: "clocks", store: durableStore(this.store), observers: [], lease: LEASE_MS },
      { clock: wallThatIs(aheadMs, this.time), random: systemRandomness },
    );
    const letGo: (() => void)[] = [];
    app.createFunction({ name: "Work" }, { event: "work" }, ({ step }) =>
      step.run("Wait", () => new Promise<string>((resolve) => letGo.push(() => resolve(name)))),
    );
    app.createFunction({ name: "Note" }, { event: "note" }, ({ event, step }) =>
      step.run("Note", () => void this.bodies.push(String(event.data))),
    );
    app.createFunction({ name: "Tick" }, { cron: "*/10 * * * *" }, ({ event, step }) =>
      step.run("Note", () => void this.ticks.push([event.data.scheduledAt.getTime(), this.time.now()])),
    );
    app.createFunction({ name: "Answer" }, { event: "ask" }, function* ({ step }) {
      const answer = yield* step.waitForEvent("Wait", { event: "answer", timeout: "10m" });
      return answer?.data ?? "none";
    });
    app.createFunction({ name: "Sleep" }, { event: "sleep" }, function* ({ event, step }) {
      yield* step.sleep("Sleep", event.data as number);
      return name;
    });
    if (isWorker) await app.start();
    const send = async (event: string, data?: unknown): Promise<string> => {
      const { ids } = await app.send({ name: event, data });
      await settled();
      return (await app.runs.list({ eventId: ids[0]! })).items[0]!.id;
    };
    const wake = async (event: string, data?: unknown): Promise<void> => {
      await app.send({ name: event, data });
      await settled();
    };
    const run = async (id: string): Promise<RunDetails> => (await app.runs.get(id))!;
    return { send, wake, run, letGo };
  }
}

describe.each([
  ["an hour ahead", 60 * MINUTE_MS],
  ["an hour behind", -60 * MINUTE_MS],
])("beside a worker whose wall is %s", (_where, aheadMs) => {
  it("no living worker is taken for dead, and a dead one is after a lease", async () => {
    const machines = new Machines();
    const right = await machines.newProcess("right");
    const id = await right.send("work");
    const other = await machines.newProcess("other", aheadMs);
    await machines.time.advance(10 * LEASE_MS);
    expect((await machines.store.workers()).length).toBe(2);
    const { incarnation } = (await machines.store.workers())[0]!;
    const beat = machines.store.beat.bind(machines.store);
    machines.store.beat = async (worker) => worker.incarnation === incarnation || beat(worker); // heard no more
    await machines.time.advance(3 * LEASE_MS);
    other.letGo[0]!();
    await settled();
    expect(await other.run(id)).toMatchObject({ status: "completed", output: "other", takeovers: [{}] });
  });

  it("each event starts its function once, whoever sent it", async () => {
    const machines = new Machines();
    const processes = [await machines.newProcess("right"), await machines.newProcess("other", aheadMs)];
    const sent = Array.from({ length: EVENTS }, (_nothing, at) => `${at}`);
    for (const [place, data] of sent.entries()) await processes[place % 2]!.send("note", data);
    await machines.time.advance(61 * MINUTE_MS);
    expect(machines.bodies.toSorted()).toEqual(sent.toSorted());
  });
});

describe.each([
  ["a minute ahead", MINUTE_MS],
  ["a minute behind", -MINUTE_MS],
])("what is due to a worker whose wall is %s", (_where, aheadMs) => {
  it("is so when the store's clock says it: a sleeper wakes no sooner, and no later than by a look", async () => {
    const machines = new Machines();
    const sender = await machines.newProcess("sender", 0, { isWorker: false });
    await machines.newProcess("worker", aheadMs);
    const [inMemory, suspended] = [await sender.send("sleep", 4_000), await sender.send("sleep", 30 * MINUTE_MS)];
    await machines.time.advance(3_999);
    expect((await sender.run(inMemory)).status).not.toBe("completed");
    await machines.time.advance(LOOK_MS);
    expect((await sender.run(inMemory)).status).toBe("completed");
    await machines.time.advance(30 * MINUTE_MS - 5_000 - LOOK_MS);
    expect((await sender.run(suspended)).status).toBe("sleeping");
    await machines.time.advance(5_000 + LOOK_MS);
    const woken = await sender.run(suspended);
    expect(woken.status).toBe("completed");
    expect(woken.createdAt.getTime()).toBe(START_MS);
    expect(woken.endedAt!.getTime() - START_MS).toBeGreaterThanOrEqual(30 * MINUTE_MS);
    expect(woken.endedAt!.getTime() - START_MS).toBeLessThanOrEqual(30 * MINUTE_MS + LOOK_MS);
  });

  it("is a schedule at its time", async () => {
    const machines = new Machines();
    await machines.newProcess("worker", aheadMs);
    await machines.time.advance(21 * MINUTE_MS);
    expect(machines.ticks.map(([wantedMs]) => wantedMs - START_MS)).toEqual([10 * MINUTE_MS, 20 * MINUTE_MS]);
    for (const [wantedMs, atMs] of machines.ticks) {
      expect(atMs).toBeGreaterThanOrEqual(wantedMs);
      expect(atMs).toBeLessThanOrEqual(wantedMs + LOOK_MS);
    }
  });

  it("is a wait with its deadline, and what comes before that is in time, whoever sends it", async () => {
    const machines = new Machines();
    const sender = await machines.newProcess("sender", -aheadMs, { isWorker: false });
    await machines.newProcess("worker", aheadMs);
    const id = await sender.send("ask");
    await machines.time.advance(10 * MINUTE_MS - LOOK_MS);
    await sender.wake("answer", "yes");
    await machines.time.advance(LOOK_MS);
    expect(await sender.run(id)).toMatchObject({ status: "completed", output: "yes" });
    const late = await sender.send("ask");
    await machines.time.advance(10 * MINUTE_MS + LOOK_MS);
    expect(await sender.run(late)).toMatchObject({ status: "completed", output: "none" });
  });

  it("is what a sender sends whose wall is so, at once", async () => {
    const machines = new Machines();
    const sender = await machines.newProcess("sender", aheadMs, { isWorker: false });
    const worker = await machines.newProcess("worker");
    const id = await sender.send("note", "first");
    await machines.time.advance(LOOK_MS);
    expect(machines.bodies).toEqual(["first"]);
    const run = await worker.run(id);
    expect([run.createdAt.getTime(), run.event.ts]).toEqual([START_MS, START_MS]);
    await worker.send("note", "second");
    expect(machines.bodies).toEqual(["first", "second"]);
  });
});

describe("the store's own clock", () => {
  it("is followed when it is set, by workers with the next look and by senders before they send", async () => {
    const machines = new Machines();
    const sender = await machines.newProcess("sender", 0, { isWorker: false });
    const worker = await machines.newProcess("worker");
    const id = await worker.send("sleep", 30 * MINUTE_MS);
    machines.store.setMs = 20 * MINUTE_MS;
    await machines.time.advance(10 * MINUTE_MS - 1);
    expect((await sender.run(id)).status).toBe("sleeping");
    await machines.time.advance(1 + LOOK_MS);
    expect((await sender.run(id)).status).toBe("completed");
    await sender.send("note", "sent");
    await machines.time.advance(LOOK_MS);
    expect(machines.bodies).toEqual(["sent"]);
  });
});
