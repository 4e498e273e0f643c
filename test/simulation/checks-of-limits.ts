// Checks of how many runs of a function are at work at once (H3).
import { violationsOf, type Violation } from "../crash/violation.ts";
import type { SimulationHistory } from "./simulation-history.ts";

export function checkLimits(history: SimulationHistory): Violation[] {
  return violationsOf("H3 of a function with a limit no more runs have an owner than that", (report) => {
    for (const { run, functionId, atWork } of claimsWithOthers(history))
      if (atWork > history.limit)
        report(run, `it was claimed as run ${atWork} of ${functionId} at once, and its limit is ${history.limit}`);
  });
}

/** How often a claim gave the last place that a function had. */
export function timesFull(history: SimulationHistory): number {
  return claimsWithOthers(history).filter(({ atWork }) => atWork === history.limit).length;
}

interface ClaimWithOthers {
  readonly run: string;
  readonly functionId: string;
  /** How many runs of its function had an owner then, with this one. */
  readonly atWork: number;
}

function claimsWithOthers({ entries, runs }: SimulationHistory): readonly ClaimWithOthers[] {
  const functionOf = new Map(runs.map(({ run }) => [run.id, run.functionId]));
  const owners = new Map<string, string>();
  return entries.flatMap((entry): ClaimWithOthers[] => {
    if (entry.kind === "claimed") {
      owners.set(entry.run, entry.incarnation);
      const functionId = functionOf.get(entry.run) ?? "";
      const atWork = [...owners.keys()].filter((run) => functionOf.get(run) === functionId).length;
      return [{ run: entry.run, functionId, atWork }];
    }
    if (entry.kind === "written" && entry.result === "kept") {
      const { runId, change } = entry.write;
      if (change !== null && change.kind !== "acknowledge") owners.delete(runId);
    } else if (entry.kind === "freed")
      for (const [run, owner] of owners)
        if (owner === entry.incarnation && entry.but?.includes(run) !== true) owners.delete(run);
    return [];
  });
}
