// Workers of several machines whose walls differ: no lease goes by them, and due times go by the wall of the worker that asks.
import { describe, expect, it } from "vitest";
import { createAppWith } from "../../src/app/create-app.ts";
import type { Clock } from "../../src/core/clock.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { RunDetails } from "../../src/index.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { ManualClock, settled } from "../../src/testing/manual-clock.ts";

const MINUTE_MS = 60_000;
const LEASE_MS = 9_000;
const EVENTS = 20;

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

class Machines {
  readonly time = new ManualClock();
  readonly store = new MemoryStore();
  readonly bodies: string[] = [];

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
    const run = async (id: string): Promise<RunDetails> => (await app.runs.get(id))!;
    return { send, run, letGo };
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

describe("what is due", () => {
  it("is so by the wall of the worker that asks first: by one that is ahead early, and never late for one that is right", async () => {
    const machines = new Machines();
    const right = await machines.newProcess("right");
    const [early, onTime] = [await right.send("sleep", 60 * MINUTE_MS), await right.send("sleep", 120 * MINUTE_MS)];
    await machines.newProcess("behind", -30 * MINUTE_MS);
    await machines.newProcess("ahead", 20 * MINUTE_MS);
    await machines.time.advance(39 * MINUTE_MS);
    expect((await right.run(early)).status).toBe("sleeping");
    await machines.time.advance(2 * MINUTE_MS);
    expect(await right.run(early)).toMatchObject({ status: "completed", output: "ahead" });
    await machines.time.advance(80 * MINUTE_MS);
    expect((await right.run(onTime)).status).toBe("completed");
  });

  it("of a sender that is ahead of all workers begins when one of them is there", async () => {
    const machines = new Machines();
    const sender = await machines.newProcess("sender", MINUTE_MS, { isWorker: false });
    const worker = await machines.newProcess("worker");
    await sender.send("note", "late");
    await machines.time.advance(MINUTE_MS - 1_000);
    expect(machines.bodies).toEqual([]);
    await machines.time.advance(2_000);
    expect(machines.bodies).toEqual(["late"]);
    await worker.send("note", "at once");
    expect(machines.bodies).toEqual(["late", "at once"]);
  });
});
