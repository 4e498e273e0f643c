import { expect, it } from "vitest";
import { ManualClock, settled } from "../testing/manual-clock.ts";
import { Replay } from "./replay.ts";

/** A replay of these recorded outcomes, and what happens in it. */
function replayOf(required: readonly number[], { isBusy = false, isNews = false } = {}) {
  const clock = new ManualClock();
  const events: string[] = [];
  const body = { isBusy };
  const hooks = {
    isBusy: () => body.isBusy,
    onMismatch: () => void events.push("mismatch"),
    onOver: async () => void events.push("over"),
  };
  const replay = new Replay(clock, required, hooks, { isNews });
  const ask = (sequence: number, then?: () => void): void =>
    replay.ask(sequence, () => {
      events.push(`delivered ${sequence}`);
      then?.();
    });
  const hold = (name: string): (() => void) => replay.hold(() => void events.push(`began ${name}`));
  return { clock, events, body, replay, ask, hold };
}

it("hands outcomes out in the order in which they were recorded, whoever asks first", async () => {
  const { events, ask } = replayOf([1, 2, 3]);
  for (const sequence of [3, 1, 2]) ask(sequence);
  await settled();
  expect(events).toEqual(["delivered 1", "delivered 2", "delivered 3", "over"]);
});

it("Y1: hands out one a turn, so that what code makes of it comes before the next", async () => {
  const { events, ask } = replayOf([1, 2, 3]);
  ask(3);
  ask(1, () => void Promise.resolve().then(() => ask(2)));
  await settled();
  expect(events).toEqual(["delivered 1", "delivered 2", "delivered 3", "over"]);
});

it("Y2: begins nothing new while an outcome is still to be handed out", async () => {
  const { events, ask, hold } = replayOf([1, 2]);
  hold("new");
  ask(1, () => void setImmediate(() => ask(2)));
  await settled();
  expect(events).toEqual(["delivered 1", "delivered 2", "over", "began new"]);
});

it("Y2: waits until what is told at the end has settled", async () => {
  const clock = new ManualClock();
  const events: string[] = [];
  let release = (): void => {};
  const hooks = {
    isBusy: () => false,
    onMismatch: () => void events.push("mismatch"),
    onOver: () =>
      new Promise<void>((resolve) => {
        events.push("told");
        release = resolve;
      }),
  };
  const replay = new Replay(clock, [1], hooks);
  replay.ask(1, () => void events.push("delivered 1"));
  replay.hold(() => void events.push("began"));
  await settled();
  expect(events).toEqual(["delivered 1", "told"]);
  expect(replay.isOver).toBe(false);
  release();
  await settled();
  expect(events).toEqual(["delivered 1", "told", "began"]);
  expect(replay.isOver).toBe(true);
});

it("a wish that is taken back begins nothing", async () => {
  const { events, hold } = replayOf([]);
  const takeBack = hold("new");
  hold("other");
  takeBack();
  await settled();
  expect(events).toEqual(["began other"]);
});

it("is over at once where nothing was recorded, unless that itself is news", async () => {
  expect(replayOf([]).replay.isOver).toBe(true);
  const taken = replayOf([], { isNews: true });
  expect(taken.replay.isOver).toBe(false);
  taken.hold("new");
  await settled();
  expect(taken.events).toEqual(["over", "began new"]);
});

it("that all was handed out is news only when a busy body is at rest, or begins something", async () => {
  const resting = replayOf([1], { isBusy: true, isNews: true });
  resting.ask(1);
  await resting.clock.advance(999);
  expect(resting.events).toEqual(["delivered 1"]);
  await resting.clock.advance(2);
  expect(resting.events).toEqual(["delivered 1", "over"]);
  const going = replayOf([1], { isBusy: true, isNews: true });
  going.ask(1, () => void setImmediate(() => going.hold("new")));
  await settled();
  expect(going.events).toEqual(["delivered 1", "over", "began new"]);
});

it("calls whoever waits for its end, then or at once", async () => {
  const { events, ask, replay } = replayOf([1]);
  replay.whenOver(() => void events.push("first"));
  ask(1);
  await settled();
  replay.whenOver(() => void events.push("second"));
  expect(events).toEqual(["delivered 1", "over", "first", "second"]);
});

it("tells of a mismatch when a body at rest wants something new instead of what was recorded", async () => {
  const { events, replay, hold } = replayOf([1, 2]);
  hold("new");
  await settled();
  expect(events).toEqual(["mismatch"]);
  expect(replay.required).toEqual([1, 2]);
});

it("waits for a busy body to ask, and takes it to be at rest after a second without a question", async () => {
  const { clock, events, hold } = replayOf([1], { isBusy: true });
  hold("new");
  await clock.advance(999);
  expect(events).toEqual([]);
  await clock.advance(2);
  expect(events).toEqual(["mismatch"]);
});

it("each question puts the rest of a busy body off", async () => {
  const { clock, events, ask, hold } = replayOf([1, 2], { isBusy: true });
  hold("new");
  await clock.advance(900);
  ask(2);
  await clock.advance(900);
  expect(events).toEqual([]);
  ask(1);
  await clock.advance(0);
  expect(events).toEqual(["delivered 1", "delivered 2", "over", "began new"]);
});

it("hands a later outcome out of its turn once the body is at rest, and lets the earlier one come after", async () => {
  const { clock, events, ask } = replayOf([1, 2], { isBusy: true });
  ask(2, () => void setImmediate(() => ask(1)));
  await settled();
  expect(events).toEqual([]);
  await clock.advance(1_000);
  expect(events).toEqual(["delivered 2", "delivered 1", "over"]);
});

it("goes on without what nobody asks for once that is abandoned", async () => {
  const { events, replay, hold } = replayOf([1, 2]);
  hold("new");
  await settled();
  replay.abandonRequired();
  await settled();
  expect(events).toEqual(["mismatch", "over", "began new"]);
  expect(replay.isOver).toBe(true);
});

it("hands out what was not required, too: an outcome that was recorded in this pass", async () => {
  const { events, ask } = replayOf([]);
  ask(8);
  ask(7);
  await settled();
  expect(events).toEqual(["delivered 7", "delivered 8"]);
});

it("calls nobody again once it is dropped", async () => {
  const { clock, events, replay, ask, hold } = replayOf([1, 2], { isBusy: true });
  ask(1);
  ask(2);
  hold("new");
  replay.drop();
  await clock.advance(10_000);
  ask(1);
  await clock.advance(10_000);
  expect(events).toEqual([]);
  expect(clock.pending).toBe(0);
});
