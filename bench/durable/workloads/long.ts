// D3: one run of many steps, one after the other: what a step takes, at the beginning and at the end.
import { tally } from "../bodies.ts";
import type { Engine } from "../engine.ts";
import { outlayPer, until, type Meter } from "../measuring.ts";
import { WrongAnswer, type Metrics } from "../sample.ts";

const WARM_UP = 50;

export async function long(engine: Engine, meter: Meter, count: number): Promise<Metrics> {
  await engine.start();
  await engine.send("many", [{ id: "warm-up", steps: WARM_UP }]);
  await until(() => tally.ended === 1);
  tally.marks.length = 0;
  meter.begin();
  await engine.send("many", [{ id: "long", steps: count }]);
  await until(() => tally.ended === 2);
  const outlay = meter.end();
  const { marks } = tally;
  if (tally.steps !== WARM_UP + count || marks.length !== count + 1 || tally.wrong > 0)
    throw new WrongAnswer(`${tally.steps} steps were carried out, of ${WARM_UP + count}`);
  const tenth = Math.max(1, Math.floor(count / 10));
  const between = (from: number, to: number) => (marks[to]! - marks[from]!) / (to - from);
  return {
    msPerStep: between(0, count),
    firstTenthMsPerStep: between(0, tenth),
    lastTenthMsPerStep: between(count - tenth, count),
    ...outlayPer("Step", outlay, count),
    steps: tally.steps,
  };
}
