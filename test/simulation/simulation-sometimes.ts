// What simulations must have come by at least sometimes, or their checks have nothing to look at (H13).
import { closesWait } from "../../src/durable/journal.ts";
import { groupBy } from "../crash/violation.ts";
import { timesFull } from "./checks-of-limits.ts";
import { keptWrites } from "./checks-of-writes.ts";
import type { SimulationHistory } from "./simulation-history.ts";

export type Sometimes = Readonly<Record<string, number>>;

export function sometimesOf(history: SimulationHistory): Sometimes {
  return { ...faultsOf(history), ...writesOf(history), ...bodiesOf(history), ...runsOf(history) };
}

export function addUp(sums: Record<string, number>, counts: Sometimes): void {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}

const FAULTS = [
  "lost",
  "unknown",
  "delayed",
  "crash",
  "crash at a commit",
  "crash after a commit",
  "pause",
  "lease theft",
  "clock jump",
  "stop",
  "deploy",
] as const;

function faultsOf({ entries }: SimulationHistory): Sometimes {
  const faults = groupBy(
    entries.flatMap((entry) => (entry.kind === "fault" ? [entry] : [])),
    ({ name }) => name,
  );
  return Object.fromEntries(FAULTS.map((name) => [`fault: ${name}`, faults.get(name)?.length ?? 0]));
}

function writesOf(history: SimulationHistory): Sometimes {
  const written = history.entries.flatMap((entry) => (entry.kind === "written" ? [entry] : []));
  const withResult = (result: string): number => written.filter((entry) => entry.result === result).length;
  const records = keptWrites(history).flatMap(({ write }) => write.records);
  const ended = records.filter(({ state }) => state === "ended");
  const claims = history.entries.flatMap((entry) => (entry.kind === "claimed" ? [entry] : []));
  return {
    "writes that were refused": withResult("refused"),
    "ends that came after a cancellation": withResult("cancelRequested"),
    "waits that were met while they were closed": withResult("arrived"),
    "claims of which a worker did not hear": history.entries.filter(
      (entry) => entry.kind === "freed" && entry.how === "released",
    ).length,
    "functions that had as many at work as they may": timesFull(history),
    "runs that were claimed again": claims.filter(({ token }) => token > 1).length,
    "runs that left memory": keptWrites(history).filter(({ write }) => write.change?.kind === "suspend").length,
    takeovers: ended.filter(({ kind }) => kind === "takeover").length,
    "attempts that failed": records.filter(({ state }) => state === "retrying").length,
    "failures with a handler": records.filter(({ state }) => state === "settled").length,
    recoveries: ended.filter(({ status }) => status === "recovered").length,
    sleeps: ended.filter(({ kind }) => kind === "sleep").length,
    "waits that were met": ended.filter(({ kind, source }) => kind !== "invoke" && source !== null).length,
    "waits whose time was over": records.filter(closesWait).length,
    "functions invoked": ended.filter(({ kind, source }) => kind === "invoke" && source !== null).length,
    "events sent by steps": ended.filter(({ kind }) => kind === "sendEvent").length,
    "atMostOnce steps interrupted": ended.filter(({ error }) => error?.includes("StepInterruptedError")).length,
  };
}

function bodiesOf({ entries, versions }: SimulationHistory): Sometimes {
  const entered = entries.flatMap((entry) => (entry.kind === "entered" ? [entry] : []));
  const effects = entries.flatMap((entry) => (entry.kind === "effect" ? [entry] : []));
  const done = new Set(effects.map(({ life, run, place }) => `${life}\n${run}\n${place}`));
  const gone = new Set(
    entries.flatMap((entry) => (entry.kind === "life" && entry.text.startsWith("is gone") ? [entry.life] : [])),
  );
  const left = entered.filter(({ life, run, place }) => gone.has(life) && !done.has(`${life}\n${run}\n${place}`));
  const again = (lines: readonly { readonly run: string; readonly place: string }[]): number =>
    [...groupBy(lines, ({ run, place }) => `${run}\n${place}`).values()].filter((same) => same.length > 1).length;
  const sights = entries.flatMap((entry) => (entry.kind === "saw" ? [entry] : []));
  const seenAgain = [...groupBy(sights, ({ run, trail }) => `${run}\n${trail}`).values()].filter(
    (same) => new Set(same.map(({ life }) => life)).size > 1,
  );
  return {
    lives: versions.size,
    bodies: entered.length,
    "bodies that a crash cut": left.length,
    "bodies run twice": again(entered),
    "effects had twice": again(effects),
    "outcomes that more than one life saw": seenAgain.length,
    "errors that more than one life saw": seenAgain.filter((same) => same[0]!.what === "error").length,
  };
}

function runsOf({ runs, entries }: SimulationHistory): Sometimes {
  const status = (wanted: string): number => runs.filter(({ run }) => run.status === wanted).length;
  return {
    runs: runs.length,
    "runs completed": status("completed"),
    "runs failed": status("failed"),
    "runs cancelled": status("cancelled"),
    "runs paused in the end": status("paused"),
    "pauses for other code": entries.filter((entry) => entry.kind === "written" && entry.write.change?.kind === "pause")
      .length,
    "events accepted again": entries.filter((entry) => entry.kind === "accepted" && entry.result === "duplicate")
      .length,
  };
}
