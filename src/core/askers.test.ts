import { expect, it } from "vitest";
import { Askers } from "./askers.ts";

it("gives the calls in the order of what they wait for, whoever came first", () => {
  const askers = new Askers();
  const called: number[] = [];
  for (const sequence of [3, 1, 4, 2]) askers.add(sequence, () => void called.push(sequence));
  while (askers.first !== undefined) askers.take()!();
  expect(called).toEqual([1, 2, 3, 4]);
});

it("says what the first waits for, and nothing once they are forgotten", () => {
  const askers = new Askers();
  expect([askers.first, askers.take()]).toEqual([undefined, undefined]);
  askers.add(7, () => {});
  expect(askers.first).toBe(7);
  askers.clear();
  expect([askers.first, askers.take()]).toEqual([undefined, undefined]);
});
