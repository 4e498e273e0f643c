// The wall clock is set forward or back while runs are at work: leases and durations go by what only grows, due times by the wall.
import { describe, expect, it } from "vitest";
import type { Store } from "../../src/durable/store.ts";
import type { ObservedStepEnd, RunDetails } from "../../src/index.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { settled } from "../../src/testing/manual-clock.ts";
import { virtualApp } from "../properties/virtual-time.ts";
import { JumpingClock } from "./jumping-clock.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 3_600_000;
const LEASE_MS = 9_000;
const JUMPS = [
  ["forward", HOUR_MS],
  ["back", -HOUR_MS],
] as const;

class Machine {
  readonly clock = new JumpingClock();
  readonly store: Store = new MemoryStore();

  /** A process with a function that works until it is let go, and one that sleeps. */
  async newProcess() {
    const ended: ObservedStepEnd[] = [];
    const letGo: (() => void)[] = [];
    const app = virtualApp(this.store, this.clock, {
      lease: LEASE_MS,
      observers: [{ onStepEnd: (step) => void ended.push(step) }],
    });
    app.createFunction({ name: "Work" }, { event: "work" }, ({ step }) =>
      step.run(
        { name: "Wait", timeout: "1m" },
        () => new Promise<string>((resolve) => letGo.push(() => resolve("done"))),
      ),
    );
    app.createFunction({ name: "Sleep" }, { event: "sleep" }, function* ({ event, step }) {
      yield* step.sleep("Sleep", event.data as number);
      return "woken";
    });
    app.createFunction({ name: "Both" }, { event: "both" }, function* ({ event, step }) {
      yield* step.all([
        step.sleep("Sleep", event.data as number),
        step.run("Wait", () => new Promise<void>((resolve) => letGo.push(resolve))),
      ]);
    });
    await app.start();
    const send = async (name: string, data?: unknown): Promise<string> => {
      const { ids } = await app.send({ name, data });
      await settled();
      return (await app.runs.list({ eventId: ids[0]! })).items[0]!.id;
    };
    const run = async (id: string): Promise<RunDetails> => (await app.runs.get(id))!;
    return { app, ended, letGo, send, run };
  }
}

describe.each(JUMPS)("the wall jumps an hour %s", (_where, jumpMs) => {
  it("and no lease is over: a living worker keeps its runs", async () => {
    const machine = new Machine();
    const owner = await machine.newProcess();
    const id = await owner.send("work");
    await machine.newProcess();
    await machine.clock.advance(2 * SECOND_MS);
    machine.clock.jump(jumpMs);
    await machine.clock.advance(4 * LEASE_MS);
    expect((await machine.store.workers()).length).toBe(2);
    owner.letGo[0]!();
    await settled();
    expect(await owner.run(id)).toMatchObject({ status: "completed", output: "done", takeovers: [] });
    expect(owner.letGo.length).toBe(1);
  });

  it("and a dead worker's lease is as long as ever", async () => {
    const machine = new Machine();
    const dead = await machine.newProcess();
    await dead.send("work");
    machine.store.beat = async () => true; // nobody's heart is heard any more
    const other = await machine.newProcess();
    await machine.clock.advance(2 * SECOND_MS);
    machine.clock.jump(jumpMs);
    await machine.clock.advance(LEASE_MS - 3 * SECOND_MS);
    expect(other.letGo.length).toBe(0);
    await machine.clock.advance(3 * SECOND_MS);
    expect(other.letGo.length).toBe(1);
  });

  it("and what a step took, and its timeout, are what passed", async () => {
    const machine = new Machine();
    const { ended, letGo, send, run } = await machine.newProcess();
    const [first, second] = [await send("work"), await send("work")];
    await machine.clock.advance(20 * SECOND_MS);
    machine.clock.jump(jumpMs);
    await machine.clock.advance(20 * SECOND_MS);
    letGo[0]!();
    await settled();
    expect(ended.map(({ name, outcome, duration }) => [name, outcome, duration])).toEqual([
      ["Wait", "completed", 40 * SECOND_MS],
    ]);
    expect((await run(first)).status).toBe("completed");
    await machine.clock.advance(20 * SECOND_MS - 1);
    expect(letGo.length).toBe(2); // the second is at its first attempt still
    await machine.clock.advance(10 * SECOND_MS);
    expect(letGo.length).toBe(3);
    expect((await run(second)).status).not.toBe("completed");
  });
});

describe("what sleeps", () => {
  it.each([
    ["short, in memory", 4 * SECOND_MS],
    ["long, out of memory", 30 * MINUTE_MS],
  ])("%s: wakes when the wall is there, and not before", async (_name, sleepMs) => {
    const machine = new Machine();
    const { send, run } = await machine.newProcess();
    const id = await send("sleep", sleepMs);
    await machine.clock.advance(SECOND_MS);
    machine.clock.jump(-HOUR_MS);
    await machine.clock.advance(sleepMs);
    expect((await run(id)).status).toMatch(/^(sleeping|running)$/);
    machine.clock.jump(HOUR_MS); // set right again: it is overdue
    await machine.clock.advance(MINUTE_MS);
    expect((await run(id)).status).toBe("completed");
  });

  it("wakes within a minute when the wall has passed its time, also beside a step that is at work", async () => {
    const machine = new Machine();
    const { send, run } = await machine.newProcess();
    const [alone, beside] = [await send("sleep", 30 * MINUTE_MS), await send("both", 30 * MINUTE_MS)];
    machine.clock.jump(HOUR_MS);
    await machine.clock.advance(MINUTE_MS);
    expect((await run(alone)).status).toBe("completed");
    expect((await run(beside)).steps[0]!.steps.map(({ name, status }) => [name, status])).toEqual([
      ["Sleep", "completed"],
      ["Wait", "running"],
    ]);
  });
});

describe("what is sent", () => {
  it("after the wall was set back begins at once, and beside what sleeps", async () => {
    const machine = new Machine();
    const { letGo, send } = await machine.newProcess();
    await send("sleep", HOUR_MS);
    machine.clock.jump(-HOUR_MS);
    await send("work");
    expect(letGo.length).toBe(1);
  });
});
