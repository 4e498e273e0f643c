import { expect, it } from "vitest";
import { Pulses } from "./pulses.ts";

const LEASE_MS = 100;
const worker = (beats: number) => ({ incarnation: "w", beats });

it("is not silent when it is first seen, however late, nor within a lease of its last beat", () => {
  const pulses = new Pulses();
  expect(pulses.isSilent(worker(7), 5_000, LEASE_MS)).toBe(false);
  expect(pulses.isSilent(worker(7), 5_100, LEASE_MS)).toBe(false);
  expect(pulses.isSilent(worker(8), 5_200, LEASE_MS)).toBe(false);
  expect(pulses.isSilent(worker(8), 5_300, LEASE_MS)).toBe(false);
});

it("is silent once a lease has passed without a beat, until it beats again or is forgotten", () => {
  const pulses = new Pulses();
  pulses.isSilent(worker(1), 0, LEASE_MS);
  expect(pulses.isSilent(worker(1), 101, LEASE_MS)).toBe(true);
  expect(pulses.isSilent(worker(2), 150, LEASE_MS)).toBe(false);
  expect(pulses.isSilent(worker(2), 300, LEASE_MS)).toBe(true);
  pulses.forget("w");
  expect(pulses.isSilent(worker(2), 301, LEASE_MS)).toBe(false);
});
