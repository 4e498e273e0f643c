import { expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { RoomWait } from "./room-wait.ts";

function waitOf(most: number) {
  const clock = new ManualClock();
  let looks = 0;
  const wait = new RoomWait(clock, most, () => void looks++);
  return { clock, wait, looks: () => looks };
}

it("looks at once where there is room for several, or nothing left at work", () => {
  const { wait, looks } = waitOf(80);
  wait.left(70);
  expect(looks()).toBe(1);
  const one = waitOf(1);
  one.wait.left(0);
  expect(one.looks()).toBe(1);
});

it("R1: looks once, a little later, for all that leave a worker that is nearly full", async () => {
  const { clock, wait, looks } = waitOf(80);
  for (const atWork of [79, 78, 77]) wait.left(atWork);
  expect(looks()).toBe(0);
  await clock.advance(5);
  expect(looks()).toBe(1);
  wait.left(79);
  await clock.advance(5);
  expect(looks()).toBe(2);
});
