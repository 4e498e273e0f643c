// D2: a run at a time, while nothing else is to be done: from sending to its first step, and to its result.
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { tally } from "../bodies.ts";
import type { Engine } from "../engine.ts";
import { quantile, type Meter } from "../measuring.ts";
import { WrongAnswer, type Metrics } from "../sample.ts";

const WARM_UP = 5;
const SETTLE_MS = 500;
/** Who polls answers once in a second or less often: fewer answers show that. */
const LONG_ENOUGH_MS = 15_000;
const FEWEST = 12;
const GAP = { leastMs: 20, mostMs: 80 };

export async function idle(engine: Engine, _meter: Meter, count: number): Promise<Metrics> {
  await engine.start();
  await pause(SETTLE_MS);
  const starts: number[] = [];
  const results: number[] = [];
  const begunMs = performance.now();
  for (let index = -WARM_UP; index < count; index++) {
    const id = `run-${index}`;
    const sentMs = performance.now();
    const { total } = await engine.ask("three", { id });
    const answeredMs = performance.now();
    if (total !== 3) throw new WrongAnswer(`a run of three steps gave ${total}`);
    if (index >= 0) {
      starts.push(tally.firstSteps.get(id)! - sentMs);
      results.push(answeredMs - sentMs);
    }
    if (performance.now() - begunMs > LONG_ENOUGH_MS && results.length >= FEWEST) break;
    await pause(gapMs(index + WARM_UP));
  }
  if (tally.steps !== tally.ended * 3) throw new WrongAnswer(`${tally.steps} steps for ${tally.ended} runs`);
  return {
    startP50Ms: quantile(starts, 0.5),
    startP99Ms: quantile(starts, 0.99),
    resultP50Ms: quantile(results, 0.5),
    resultP99Ms: quantile(results, 0.99),
    asked: results.length,
    steps: tally.steps,
  };
}

/** As good as random, and the same for everybody. */
function gapMs(index: number): number {
  const spread = (index * 0.618_033_988_75) % 1;
  return GAP.leastMs + spread * (GAP.mostMs - GAP.leastMs);
}
