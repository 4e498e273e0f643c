// Checks of what code saw: what was committed, and the same in each life (H2, H10, H11).
import { decodeValue } from "../../src/core/value-codec.ts";
import type { StepRecord } from "../../src/durable/journal.ts";
import { groupBy, violationsOf, type Violation } from "../crash/violation.ts";
import { keptWrites } from "./checks-of-writes.ts";
import { SimulatedRefusal, SimulatedTrouble, textOf } from "./simulated-errors.ts";
import type { SimulationHistory, Timed } from "./simulation-history.ts";

type Saw = Extract<Timed, { kind: "saw" }>;

/** What code is to see of a record; undefined where it is made of other records. */
export function sightOf({ status, value, error, refs }: StepRecord): string | undefined {
  if (refs !== null) return undefined;
  const text = status === "failed" ? error : value;
  return text === null ? undefined : textOf(decodeValue(text, [SimulatedRefusal, SimulatedTrouble]));
}

export function checkCommittedIsSeen(history: SimulationHistory): Violation[] {
  return violationsOf("H2 code sees what was committed, and only after it was", (report) => {
    const outcomes = new Map<string, { readonly order: number; readonly sight: string | undefined }>();
    for (const { write, order } of keptWrites(history))
      for (const record of write.records)
        if (record.state === "ended") outcomes.set(`${write.runId}\n${record.key}`, { order, sight: sightOf(record) });
    for (const { run, key, text, order, life } of sights(history)) {
      if (key === undefined) continue;
      const outcome = outcomes.get(`${run}\n${key}`);
      if (outcome === undefined || outcome.order > order)
        report(run, `${life} saw "${key}" give ${text}, which was not committed`);
      else if (outcome.sight !== undefined && outcome.sight !== text)
        report(run, `${life} saw "${key}" give ${text}; committed was ${outcome.sight}`);
    }
  });
}

export function checkSameSights(history: SimulationHistory): Violation[] {
  return violationsOf("H10 code sees the same at the same place in each life", (report) => {
    for (const same of differing(history, "value"))
      report(same[0]!.run, `at ${same[0]!.trail}: ${same.map(({ life, text }) => `${life} saw ${text}`).join(", ")}`);
  });
}

export function checkSameErrors(history: SimulationHistory): Violation[] {
  return violationsOf("H11 an error is of the same class, with the same fields, in each life", (report) => {
    for (const same of differing(history, "error"))
      report(same[0]!.run, `at ${same[0]!.trail}: ${same.map(({ life, text }) => `${life} saw ${text}`).join(", ")}`);
  });
}

/** The sights of each place at which code saw more than one thing, one of which was this. */
function differing(history: SimulationHistory, what: Saw["what"]): readonly Saw[][] {
  const places = groupBy(sights(history), ({ run, trail, life }) => `${run}\n${trail}\n${versionOf(history, life)}`);
  return [...places.values()].filter(
    (same) => same.some((one) => one.text !== same[0]!.text) && same.some((one) => one.what === what),
  );
}

/** Other code may have something else in the same place, where its steps differ. */
function versionOf({ versions, onlyIn }: SimulationHistory, life: string): number {
  return [...onlyIn.values()].some((names) => names.length > 0) ? versions.get(life)! : 0;
}

function sights({ entries }: SimulationHistory): readonly Saw[] {
  return entries.filter((entry): entry is Saw => entry.kind === "saw");
}
