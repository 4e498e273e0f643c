// A worker process of the crash points: `node crash-point-worker.ts <jobs as JSON>`. It does its jobs and says how each ended; a job may be to die.
//
// Everything is as in an app, but for time, which is virtual: what happens between two boundaries is the same in each process.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import type { Instrument } from "../../src/core/instrument.ts";
import { counted } from "../../src/testing/calls-under-way.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { START_MS, Trace } from "../canonical/canonical.ts";
import { canonicalFunction } from "../canonical/canonical-functions.ts";
import { endingsIn } from "../canonical/endings.ts";
import { play } from "../canonical/play.ts";
import { Boundaries } from "./boundaries.ts";
import { clockOf, ledgerOf, type CrashJob, type CrashReport, type FoundRecord } from "./crash-job.ts";
import { crashPlaceAt, type CrashPlace } from "./crash-places.ts";

for (const job of JSON.parse(process.argv[2]!) as CrashJob[]) {
  const place = await crashPlaceAt(job.address);
  if (job.after !== undefined) await place.journal.untilCarriedOut(job.after);
  say({ found: await recordsIn(place, job.life) });
  say({ report: await carryOut(job, place) });
  await place.journal.close();
}

async function carryOut({ name, directory, life, killAt }: CrashJob, place: CrashPlace): Promise<CrashReport> {
  const ledger = openSync(ledgerOf(directory), "a");
  const trace = new Trace((entry) => {
    writeSync(ledger, `${JSON.stringify({ ...entry, life })}\n`);
    fsyncSync(ledger);
  });
  const boundaries = new Boundaries(killAt);
  const store = counted(place.journal.store());
  const isFirst = !existsSync(clockOf(directory));
  const clock = new ManualClock(isFirst ? START_MS : Number(readFileSync(clockOf(directory), "utf8")));
  const onJump = (nowMs: number): void => writeFileSync(clockOf(directory), String(nowMs));
  onJump(clock.now());
  const stopListening = place.listen(boundaries);
  const canonical = canonicalFunction(name);
  const observers = [tracerOf(life)];
  await play({ canonical, store: boundaries.around(store), lookedAt: store, clock, trace, onJump, observers });
  stopListening();
  closeSync(ledger);
  await store.open(); // its app has closed it
  const endings = await endingsIn(store);
  await store.close();
  return { name, life, endings, boundaries: boundaries.passed, integrity: await place.journal.integrity() };
}

/** Each life is in a trace of its own, as under a tracer: where a run was traced is kept with what it writes. */
function tracerOf(life: number): Instrument {
  const traceparent = `00-${String(life).padStart(32, "0")}-${String(life).padStart(16, "0")}-01`;
  return { traceCarrier: () => ({ traceparent }) };
}

async function recordsIn({ journal }: CrashPlace, life: number): Promise<FoundRecord[]> {
  const { steps } = await journal.look();
  return steps.map(({ run, key, state, attempts }) => ({ life, run, key, state, attempts }));
}

function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
