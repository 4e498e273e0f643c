// A worker process of the crash points: `node crash-point-worker.ts <jobs as JSON>`. It does its jobs and says how each ended; a job may be to die.
//
// Everything is as in an app, but for time, which is virtual: what happens between two boundaries is the same in each process.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import type { Instrument } from "../../src/core/instrument.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { START_MS, Trace } from "../canonical/canonical.ts";
import { canonicalFunction } from "../canonical/canonical-functions.ts";
import { endingsIn } from "../canonical/endings.ts";
import { play } from "../canonical/play.ts";
import { integrityOf, lookAtJournal } from "../crash/journal-look.ts";
import { Boundaries, listenToSqlite } from "./boundaries.ts";
import { clockOf, journalOf, ledgerOf, type CrashJob, type CrashReport, type FoundRecord } from "./crash-job.ts";

for (const job of JSON.parse(process.argv[2]!) as CrashJob[]) say({ report: await carryOut(job) });

async function carryOut({ name, directory, life, killAt }: CrashJob): Promise<CrashReport> {
  say({ found: recordsIn(journalOf(directory), life) });
  const ledger = openSync(ledgerOf(directory), "a");
  const trace = new Trace((entry) => {
    writeSync(ledger, `${JSON.stringify({ ...entry, life })}\n`);
    fsyncSync(ledger);
  });
  const boundaries = new Boundaries(killAt);
  const store = new SqliteStore({ path: journalOf(directory) });
  const isFirst = !existsSync(clockOf(directory));
  const clock = new ManualClock(isFirst ? START_MS : Number(readFileSync(clockOf(directory), "utf8")));
  const onJump = (nowMs: number): void => writeFileSync(clockOf(directory), String(nowMs));
  onJump(clock.now());
  const stopListening = listenToSqlite(boundaries);
  const canonical = canonicalFunction(name);
  const observers = [tracerOf(life)];
  await play({ canonical, store: boundaries.around(store), lookedAt: store, clock, trace, onJump, observers });
  stopListening();
  closeSync(ledger);
  await store.open(); // its app has closed it
  const endings = await endingsIn(store);
  await store.close();
  return { name, life, endings, boundaries: boundaries.passed, integrity: integrityOf(journalOf(directory)) };
}

/** Each life is in a trace of its own, as under a tracer: where a run was traced is kept with what it writes. */
function tracerOf(life: number): Instrument {
  const traceparent = `00-${String(life).padStart(32, "0")}-${String(life).padStart(16, "0")}-01`;
  return { traceCarrier: () => ({ traceparent }) };
}

function recordsIn(path: string, life: number): FoundRecord[] {
  return lookAtJournal(path).steps.map(({ run, key, state, attempts }) => ({ life, run, key, state, attempts }));
}

function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
