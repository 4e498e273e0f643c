// The lives of several workers, from what their diaries say.
import type { History, Life } from "./history.ts";
import { groupBy } from "./violation.ts";
import { lifeNumber, startOf, type DiaryEntry } from "./worker-diary.ts";

/** A process that is gone. */
export interface EndedProcess extends Omit<Life, "number" | "buriedMs" | "burialMs"> {
  /** From 1, in the order of the starts. */
  readonly start: number;
}

/** One life for each time that a process's worker entered the store; and one if it never did. */
export function livesOf(processes: readonly EndedProcess[], diary: readonly DiaryEntry[]): Life[] {
  const entries = groupBy(
    diary.filter(({ kind }) => kind === "entered"),
    ({ life }) => String(startOf(life)),
  );
  const [burials, begun] = [burialsIn(diary, "buried"), burialsIn(diary, "burying")];
  return processes.flatMap((process) => {
    const { start, ...rest } = process;
    const entered = entries.get(String(start)) ?? [];
    if (entered.length === 0) return [{ ...rest, number: lifeNumber(start, 0) }];
    return entered.map((entry, place): Life => {
      const next = entered[place + 1];
      const inLife = (atMs: number | undefined): number | undefined =>
        atMs !== undefined && atMs < process.endedMs ? atMs : undefined;
      const incarnation = entry.kind === "entered" ? entry.incarnation : "";
      const [buriedMs, burialMs] = [inLife(burials.get(incarnation)), inLife(begun.get(incarnation))];
      const spawnedMs = place === 0 ? process.spawnedMs : entry.fromMs;
      const life = { ...rest, spawnedMs, number: entry.life, buriedMs, burialMs };
      return next === undefined ? life : { ...life, endedMs: next.atMs, end: "buried", complaints: "" };
    });
  });
}

/** Since when each incarnation was taken for dead, or was about to be. Several workers may see that it is silent: the first of them counts. */
function burialsIn(diary: readonly DiaryEntry[], kind: "burying" | "buried"): ReadonlyMap<string, number> {
  const burials = new Map<string, number>();
  for (const entry of diary)
    if (entry.kind === kind && "incarnation" in entry)
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
