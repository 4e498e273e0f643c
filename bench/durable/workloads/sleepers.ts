// D4: many runs sleep until one moment: what they take while they sleep, and how fast all are done when they wake.
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { tally, type Input } from "../bodies.ts";
import type { Engine } from "../engine.ts";
import { memoryMb, outlayPer, until, type Meter } from "../measuring.ts";
import { WrongAnswer, type Metrics } from "../sample.ts";

const SETTLE_MS = 8000;
const LOOK_BEFORE_MS = 500;

export async function sleepers(engine: Engine, meter: Meter, count: number, perS: number): Promise<Metrics> {
  await engine.start();
  const rssBeforeMb = memoryMb();
  const begunMs = performance.now();
  const untilMs = Math.round(Date.now() + SETTLE_MS + (count / perS) * 1000);
  const inputs = Array.from({ length: count }, (_, index): Input => ({ id: `sleeper-${index}`, untilMs }));
  await engine.send("sleeper", inputs);
  const sentMs = performance.now() - begunMs;
  await until(() => tally.asleep >= count);
  const asleepMs = performance.now() - begunMs;
  const spareMs = untilMs - Date.now();
  await pause(Math.max(0, spareMs - LOOK_BEFORE_MS));
  const rssAsleepMb = memoryMb();
  await until(() => Date.now() >= untilMs, 1);
  if (spareMs < LOOK_BEFORE_MS)
    throw new WrongAnswer(`not all were asleep before they were to wake: ${Math.round(-spareMs)} ms too late`);
  meter.begin();
  await until(() => tally.ended >= count);
  await meter.whenCompleted(engine, count);
  const outlay = meter.end();
  if (tally.steps !== 2 * count || tally.wrong > 0)
    throw new WrongAnswer(`${tally.steps} steps were carried out for ${count} runs of two`);
  return {
    sentPerS: (count / sentMs) * 1000,
    asleepPerS: (count / asleepMs) * 1000,
    rssBeforeMb,
    rssAsleepMb,
    drainPerS: (count / outlay.elapsedMs) * 1000,
    ...outlayPer("Run", outlay, count),
    steps: tally.steps,
  };
}
