// The contract of core/engine, and what a journal adds to it: D1 to D3.
import { describe, expect, it } from "vitest";
import { planBody, planSleep } from "../core/step-plan.ts";
import type { StepNode } from "../core/step-tree.ts";
import { encodeValue } from "../core/value-codec.ts";
import { EngineStage, ONCE_MORE, enterAttempt, watch, type Program } from "../testing/engine-case.ts";
import { engineContract } from "../testing/engine-contract.ts";
import { sampleStep } from "../testing/journal-samples.ts";
import { settled } from "../testing/manual-clock.ts";
import { RunOwner } from "../testing/run-owner.ts";

const CHARGE = planBody("Charge", () => undefined);
const NOTIFY = planBody("Notify", () => undefined);
const CHARGED = { status: "completed", value: "charged" } as const;
const HOUR_MS = 3_600_000;

/** Each verb that keeps something, asked for a step of the kind that carry-out asks it for. */
const KEEPING: [string, (stage: EngineStage, node: StepNode) => unknown][] = [
  ["record", ({ engine }, node) => engine.record(node, CHARGED)],
  ["settle", ({ engine }, node) => engine.settle(node, new Error("no"))],
  ["markStarted", ({ engine }, node) => engine.markStarted(node)],
  [
    "waitForRetry",
    ({ engine }, node) => {
      node.moveTo("retrying");
      return engine.waitForRetry(node, { error: new Error("no"), nextAttempt: 2, delayMs: 1 });
    },
  ],
  [
    "sleep",
    ({ engine, clock }, node) => {
      node.moveTo("sleeping");
      return engine.sleep(node, clock.now() + 1);
    },
  ],
];
function planFor(verb: string) {
  return verb === "sleep" ? planSleep(["Charge", "1h"]) : CHARGE;
}

describe("the contract of an engine", () => {
  it.each(engineContract.map(({ name, check }) => [name, check] as const))("%s", async (_name, check) => {
    const owners: RunOwner[] = [];
    await check((seat) => {
      owners.push(new RunOwner());
      return owners.at(-1)!.newEngine(seat);
    });
    expect(owners.length).toBeGreaterThan(0);
    for (const { mismatches, losses } of owners) expect([mismatches, losses]).toEqual([[], 0]);
  });
});

describe("D1: an outcome is handed out", () => {
  it("after it was committed, and observers hear of it no earlier", async () => {
    const owner = new RunOwner();
    owner.held = [];
    const stage = await EngineStage.play(owner.newEngine, async (step, { effects }) => {
      effects.push(await step.run("Charge", () => "charged"));
    });
    expect([owner.saved, stage.effects, stage.told]).toEqual([["Charge ended"], [], []]);
    owner.held.shift()!("kept");
    await settled();
    expect([stage.effects, stage.told]).toEqual([["charged"], ["1 Charge completed"]]);
    expect([owner.saved, stage.end]).toEqual([["Charge ended", "end completed"], "under way"]);
    owner.letGo();
    await settled();
    expect(stage.end).toEqual({ value: undefined });
  });

  it("in the order of commits, where several are confirmed at once", async () => {
    const owner = new RunOwner();
    owner.held = [];
    const stage = await EngineStage.play(owner.newEngine, (step, { effects }) =>
      Promise.all(
        ["First", "Second", "Third"].map((name) => step.run(name, () => name).then((told) => effects.push(told))),
      ),
    );
    for (const answer of owner.held.splice(0).toReversed()) answer("kept");
    await settled();
    expect(owner.saved.slice(0, 3)).toEqual(["First ended", "Second ended", "Third ended"]);
    expect(stage.effects).toEqual(["First", "Second", "Third"]);
  });
});

describe("D1: an outcome is decoded from what was committed", () => {
  const mutating: Program = async (step, { effects }) => {
    const made = { lines: [1] };
    const given = await step.run("Charge", () => made);
    effects.push(given === made ? "the same" : `another, with ${given.lines.join()}`);
    given.lines.push(2);
    made.lines.push(3);
  };

  it("what code does to what it was given, or to what it returned, is not seen by another attempt", async () => {
    const stage = await EngineStage.play(new RunOwner().newEngine, (step, playing) =>
      step.run({ name: "Outer", retries: ONCE_MORE }, async (own) => {
        await mutating(own, playing);
        if (own.attempt === 1) throw new Error("no");
      }),
    );
    expect(await stage.toTheEnd()).toEqual({ value: undefined });
    expect(stage.effects).toEqual(["another, with 1", "another, with 1"]);
  });

  it("nor is it seen by a replay", async () => {
    const first = new RunOwner();
    await EngineStage.play(first.newEngine, mutating);
    const replayed = await EngineStage.play(new RunOwner(first.records).newEngine, mutating);
    expect(replayed.effects).toEqual(["another, with 1"]);
  });

  it("handlers are given another error than the one that was thrown", async () => {
    const stage = new EngineStage(new RunOwner().newEngine);
    const error = new Error("no");
    const settledError = await stage.engine.settle(stage.begin(CHARGE), error);
    expect([settledError === error, (settledError as Error).message]).toEqual([false, "no"]);
  });
});

describe("D2: while recorded outcomes are still to be handed out", () => {
  const records = [
    sampleStep({ key: "First", name: "First", number: "1", sequence: 1, value: encodeValue("first") }),
    sampleStep({ key: "Last", name: "Last", number: "3", sequence: 2, value: encodeValue("last") }),
  ];

  it("what is new is not begun, and the code sees it after all that was recorded", async () => {
    const owner = new RunOwner(records);
    const stage = await EngineStage.play(owner.newEngine, (step, { effects }) => {
      const note = (name: string) =>
        step.run(name, () => void effects.push(`ran ${name}`)).then(() => effects.push(`saw ${name}`));
      return Promise.all(["First", "New", "Last"].map(note));
    });
    expect(stage.effects).toEqual(["saw First", "saw Last", "ran New", "saw New"]);
    expect(stage.told).toEqual(["2 New completed"]);
    expect(owner.saved).toEqual(["New ended", "end completed"]);
  });

  it.each(KEEPING)("%s keeps nothing, and then does", async (verb, ask) => {
    const owner = new RunOwner(records);
    owner.isAlwaysBusy = true;
    const stage = new EngineStage(owner.newEngine);
    ask(stage, stage.start(planFor(verb)));
    await settled();
    for (const name of ["First", "Last"]) {
      expect(owner.saved).toEqual([]);
      stage.engine.recall(stage.start(planBody(name, () => undefined)));
      await settled();
    }
    expect(owner.saved).toHaveLength(1);
  });

  it("what is cancelled before its turn, or whose attempt is over by then, is never kept", async () => {
    const owner = new RunOwner(records);
    owner.isAlwaysBusy = true;
    const stage = new EngineStage(owner.newEngine);
    const home = enterAttempt(stage.start(planBody("Outer", () => undefined)));
    const [cancelled, late] = [stage.start(CHARGE), stage.start(NOTIFY, { home })];
    const ends = [cancelled, late].map((node) => watch(stage.engine.record(node, CHARGED)));
    cancelled.cancel({ reason: new Error("told to end"), graceMs: 0 });
    home.end();
    for (const name of ["First", "Last"]) stage.engine.recall(stage.start(planBody(name, () => undefined)));
    await settled();
    expect(ends.map(({ end }) => end)).toEqual([{ status: "cancelled" }, { status: "cancelled" }]);
    expect(owner.saved).toEqual([]);
  });
});

describe("D3: once the run is dropped", () => {
  it.each(KEEPING)("%s never settles, whether its save was on its way or it is asked for later", async (verb, ask) => {
    const owner = new RunOwner();
    owner.held = [];
    const stage = new EngineStage(owner.newEngine);
    const [underWay, later] = [stage.begin(planFor(verb)), stage.begin(planFor(verb))];
    const before = watch(ask(stage, underWay));
    await settled();
    owner.engine.drop();
    owner.letGo();
    const after = watch(ask(stage, later));
    await stage.clock.advance(HOUR_MS);
    expect([before.end, after.end]).toEqual([undefined, undefined]);
    expect(owner.writes).toHaveLength(1);
    expect(stage.clock.pending).toBe(0);
  });

  it("waits never end, and leave no timer; nor does the turn of an outcome come", async () => {
    const owner = new RunOwner();
    const stage = new EngineStage(owner.newEngine);
    const [sleeping, retrying, ended] = [stage.begin(planSleep(["1h"])), stage.begin(CHARGE), stage.begin(NOTIFY)];
    sleeping.moveTo("sleeping");
    retrying.moveTo("retrying");
    await stage.engine.record(ended, CHARGED);
    const ends = [
      watch<string>(stage.engine.sleep(sleeping, stage.clock.now() + 60_000)),
      watch<string>(stage.engine.resume(retrying, stage.clock.now() + 60_000)),
    ];
    await settled();
    ends.push(watch(stage.engine.turnOf(ended)!.then(() => "came")));
    owner.engine.drop();
    expect(stage.clock.pending).toBe(0);
    await stage.clock.advance(HOUR_MS);
    expect(ends.map(({ end }) => end)).toEqual([undefined, undefined, undefined]);
  });

  it("the time of an attempt is nobody's any more: its limit never calls, and leaves no timer", async () => {
    const owner = new RunOwner();
    const stage = new EngineStage(owner.newEngine);
    let calls = 0;
    stage.engine.limit(stage.begin(CHARGE), 60_000, () => calls++);
    owner.engine.drop();
    stage.engine.limit(stage.begin(CHARGE), 60_000, () => calls++);
    await stage.clock.advance(HOUR_MS);
    expect([calls, stage.clock.pending]).toEqual([0, 0]);
  });
});

describe("D3: once the run is dropped, nothing more comes of it", () => {
  it("nothing recorded is handed out, and nothing that waits for its turn begins", async () => {
    const owner = new RunOwner([sampleStep({ key: "First", name: "First" })]);
    const stage = new EngineStage(owner.newEngine);
    const [first, fresh] = ["First", "New"].map((name) => stage.engine.recall(stage.start(planBody(name, () => 1))));
    const ends = [
      first?.kind === "ended" ? first.outcome.then(() => "handed out") : undefined,
      fresh?.kind === "held" ? fresh.turn : undefined,
    ].map((promise) => watch<string | undefined>(promise));
    expect([first?.kind, fresh?.kind]).toEqual(["ended", "held"]);
    owner.engine.drop();
    await stage.clock.advance(HOUR_MS);
    expect(ends.map(({ end }) => end)).toEqual([undefined, undefined]);
    expect(owner.mismatches).toEqual([]);
  });

  it("no note is kept, and no cancellation", async () => {
    const owner = new RunOwner();
    const stage = new EngineStage(owner.newEngine);
    const node = stage.begin(CHARGE);
    const cancelled = owner.engine.cancel();
    owner.engine.drop();
    await cancelled;
    stage.engine.noteCancelled(node);
    await settled();
    expect([owner.saved, owner.cancellationsDue]).toEqual([[], 0]);
  });

  it.each(KEEPING)(
    "%s never settles where its save is refused: the run is another's, and its owner is told",
    async (verb, ask) => {
      const owner = new RunOwner();
      owner.answer = "refused";
      const stage = new EngineStage(owner.newEngine);
      const asked = watch(ask(stage, stage.begin(planFor(verb))));
      await stage.clock.advance(HOUR_MS);
      expect([asked.end, owner.losses]).toEqual([undefined, 1]);
    },
  );
});

it("a sleep whose time has come when it begins is not kept", async () => {
  const owner = new RunOwner();
  const stage = new EngineStage(owner.newEngine);
  const node = stage.begin(planSleep([0]));
  node.moveTo("sleeping");
  expect(await stage.engine.sleep(node, stage.clock.now())).toBe("done");
  expect([owner.saved, owner.waits]).toEqual([[], 0]);
});

describe("the end of the run", () => {
  it("is cancelled where that was asked for meanwhile, and no end at all where the run is another's", async () => {
    const ends = [];
    for (const answer of ["kept", "cancelRequested", "refused"] as const) {
      const owner = new RunOwner();
      owner.answer = answer;
      const stage = await EngineStage.play(owner.newEngine, () => "done");
      ends.push([stage.end, owner.losses]);
    }
    expect(ends).toEqual([
      [{ value: "done" }, 0],
      ["cancelled", 0],
      ["under way", 1],
    ]);
  });
});
