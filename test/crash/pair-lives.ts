// The lives of several workers, from what their diaries say.
import type { History, Life } from "./history.ts";
import { groupBy } from "./violation.ts";
import { lifeNumber, startOf, type DiaryEntry } from "./worker-diary.ts";

/** A process that is gone. */
export interface EndedProcess extends Omit<Life, "number" | "buriedMs"> {
  /** From 1, in the order of the starts. */
  readonly start: number;
}

/** One life for each time that a process's worker entered the store; and one if it never did. */
export function livesOf(processes: readonly EndedProcess[], diary: readonly DiaryEntry[]): Life[] {
  const entries = groupBy(
    diary.filter(({ kind }) => kind === "entered"),
    ({ life }) => String(startOf(life)),
  );
  const burials = burialsIn(diary);
  return processes.flatMap((process) => {
    const { start, ...rest } = process;
    const entered = entries.get(String(start)) ?? [];
    if (entered.length === 0) return [{ ...rest, number: lifeNumber(start, 0) }];
    return entered.map((entry, place): Life => {
      const next = entered[place + 1];
      const own = entry.kind === "entered" ? burials.get(entry.incarnation) : undefined;
      const buriedMs = own !== undefined && own < process.endedMs ? own : undefined;
      const spawnedMs = place === 0 ? process.spawnedMs : entry.fromMs;
      const life = { ...rest, spawnedMs, number: entry.life, buriedMs };
      return next === undefined ? life : { ...life, endedMs: next.atMs, end: "buried", complaints: "" };
    });
  });
}

/** Since when each incarnation was taken for dead. Several workers may see that it is silent: the first of them counts. */
function burialsIn(diary: readonly DiaryEntry[]): ReadonlyMap<string, number> {
  const burials = new Map<string, number>();
  for (const entry of diary)
    if (entry.kind === "buried")
      burials.set(entry.incarnation, Math.min(entry.fromMs, burials.get(entry.incarnation) ?? Infinity));
  return burials;
}

/** See {@link History.spanOf}: claims are in the diary. */
export function spansOf(diary: readonly DiaryEntry[], looksOverMs: readonly number[]): History["spanOf"] {
  const claims = new Map<string, number[]>();
  for (const entry of diary) {
    if (entry.kind !== "claimed") continue;
    for (const run of entry.runs) {
      const key = `${entry.life} ${run}`;
      claims.set(key, [...(claims.get(key) ?? []), entry.fromMs]);
    }
  }
  return ({ life, run, atMs }) => {
    const claimedMs = claims.get(`${life} ${run}`)?.findLast((fromMs) => fromMs <= atMs) ?? 0;
    // A look is from before the claim only if it was over by then.
    return 1 + looksOverMs.filter((overMs) => overMs < claimedMs).length;
  };
}
