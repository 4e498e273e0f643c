// D1 again, with a look at the host: how long its event loop stands still. Looking takes time: its rate is no figure.
import { createHistogram, monitorEventLoopDelay, performance, type RecordableHistogram } from "node:perf_hooks";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import type { Engine } from "../engine.ts";
import type { Meter } from "../measuring.ts";
import type { Metrics } from "../sample.ts";
import { drain } from "./drain.ts";

const NS_PER_MS = 1e6;
const NS_PER_US = 1e3;
/** A block is counted from a look before it to one after it: the first and the last one too. */
const AROUND_MS = 20;

export async function blocks(engine: Engine, meter: Meter, count: number): Promise<Metrics> {
  const calls = createHistogram();
  timeCalls(DatabaseSync.prototype, ["exec"], calls);
  timeCalls(StatementSync.prototype, ["run", "get", "all"], calls);
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  await pause(AROUND_MS);
  const { steps } = await drain(engine, meter, count, []);
  await pause(AROUND_MS);
  loop.disable();
  return {
    loopP50Ms: loop.percentile(50) / NS_PER_MS,
    loopP99Ms: loop.percentile(99) / NS_PER_MS,
    loopMaxMs: loop.max / NS_PER_MS,
    callsPerRun: calls.count / count,
    callP50Us: calls.count === 0 ? 0 : calls.percentile(50) / NS_PER_US,
    callP99Us: calls.count === 0 ? 0 : calls.percentile(99) / NS_PER_US,
    callMaxMs: calls.count === 0 ? 0 : calls.max / NS_PER_MS,
    steps: steps!,
  };
}

/** Every call of this thread that waits for SQLite. */
function timeCalls(prototype: object, names: readonly string[], calls: RecordableHistogram): void {
  const methods = prototype as Record<string, (...given: unknown[]) => unknown>;
  for (const name of names) {
    const method = methods[name]!;
    methods[name] = function timed(this: unknown, ...given: unknown[]) {
      const begunMs = performance.now();
      try {
        return method.apply(this, given);
      } finally {
        calls.record(Math.max(1, Math.round((performance.now() - begunMs) * NS_PER_MS)));
      }
    };
  }
}
