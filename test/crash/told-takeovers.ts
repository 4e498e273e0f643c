// Takeovers as runs tell them, in the order of the claims that wrote them down.
import type { RunDetails } from "../../src/index.ts";
import type { History, Life } from "./history.ts";
import { isTakeover } from "./journal-look.ts";
import { groupBy } from "./violation.ts";

export interface ToldTakeover extends Pick<RunDetails["takeovers"][number], "from" | "openSteps"> {
  /** Of the claim that wrote it down. */
  readonly token: number;
}

/** By run. What a run tells is looked up in the journal, which has the token. */
export function toldTakeovers({ runs, journal }: Pick<History, "runs" | "journal">): Map<string, ToldTakeover[]> {
  const rowsByRun = groupBy(journal.steps.filter(isTakeover), ({ run }) => run);
  const told = new Map<string, ToldTakeover[]>();
  for (const [run, rows] of rowsByRun) {
    const takeovers = (runs.get(run)?.takeovers ?? []).flatMap(({ at, from, openSteps }) => {
      const row = rows.find(({ name, started_ms: startedMs }) => name === from && startedMs === at.getTime());
      return row === undefined ? [] : [{ from, openSteps, token: row.token }];
    });
    told.set(
      run,
      takeovers.toSorted((left, right) => left.token - right.token),
    );
  }
  return told;
}

/** `process 4711 on web-1`: whether a takeover was from this life. */
export function isFrom(from: string, { pid }: Pick<Life, "pid">): boolean {
  return from.startsWith(`process ${pid} on `);
}
