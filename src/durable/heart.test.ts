import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { Heart } from "./heart.ts";

const LEASE_MS = 3_000;

let clock: ManualClock;
let beats: number[];
let buried: string[];
let isAlive: boolean;
let heart: Heart;

beforeEach(() => {
  clock = new ManualClock();
  beats = [];
  buried = [];
  isAlive = true;
  const startMs = clock.elapsed();
  const store = {
    beat: async () => {
      beats.push(clock.elapsed() - startMs);
      return isAlive;
    },
  };
  const onBuried = async (): Promise<void> => void buried.push("worker-1");
  const onTrouble = (): void => {};
  heart = new Heart({ store, clock, leaseMs: LEASE_MS, incarnation: () => "worker-1", onTrouble, onBuried });
});

describe("a heart", () => {
  it("beats three times a lease until it is stopped", async () => {
    heart.start();
    await clock.advance(LEASE_MS);
    heart.stop();
    await clock.advance(LEASE_MS);
    expect(beats).toEqual([1_000, 2_000, 3_000]);
  });

  it("does not beat where something else that was asked has", async () => {
    heart.start();
    await clock.advance(900);
    heart.hasBeaten(clock.elapsed());
    await clock.advance(200);
    expect(beats).toEqual([]);
    expect([heart.isDue(100), heart.isDue(800), heart.isDue(1_000)]).toEqual([false, true, true]);
    await clock.advance(1_000);
    expect(beats).toEqual([2_000]);
  });

  it("hears that it was buried, where it is still who it was", async () => {
    isAlive = false;
    await heart.beat();
    await heart.heard("worker-0", false);
    await heart.heard("worker-1", true);
    expect(buried).toEqual(["worker-1"]);
  });
});
