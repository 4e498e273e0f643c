// D1: a backlog of runs with three steps each is carried out as fast as it can be.
import { tally, type Input } from "../bodies.ts";
import type { Companion } from "../companions.ts";
import type { Engine } from "../engine.ts";
import { memoryMb, outlayPer, until, type Meter } from "../measuring.ts";
import { WrongAnswer, type Metrics } from "../sample.ts";

const STEPS = 3;

/** Where sending starts a run, sending and carrying out are measured as one. */
export async function drain(
  engine: Engine,
  meter: Meter,
  count: number,
  companions: readonly Companion[],
): Promise<Metrics> {
  const inputs = Array.from({ length: count }, (_, index): Input => ({ id: `run-${index}` }));
  const sendingStarts = engine.sendingStarts === true;
  if (sendingStarts) await engine.start();
  meter.begin();
  await engine.send("three", inputs);
  const sent = meter.end();
  if (!sendingStarts) {
    meter.begin();
    for (const companion of companions) companion.start();
    await engine.start();
  }
  if (companions.length === 0) await until(() => tally.ended >= count);
  await meter.whenCompleted(engine, count);
  const outlay = meter.end();
  const others = await Promise.all(companions.map((companion) => companion.report()));
  const steps = others.reduce((total, other) => total + other.steps, tally.steps);
  const wrong = others.reduce((total, other) => total + other.wrong, tally.wrong);
  if (steps !== STEPS * count || wrong > 0)
    throw new WrongAnswer(`${steps} steps were carried out for ${count} runs, ${wrong} runs gave a wrong value`);
  const workerMs = others.reduce((total, other) => total + other.workerMs, outlay.workerMs);
  return {
    runsPerS: (count / outlay.elapsedMs) * 1000,
    sentPerS: (count / sent.elapsedMs) * 1000,
    ...outlayPer("Run", { ...outlay, workerMs }, count),
    rssMb: memoryMb(),
    // How far the work was shared: the share of this process.
    ownShare: tally.steps / steps,
    steps,
  };
}
