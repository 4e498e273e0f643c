// What zombies wrote to the ledger: workers that others had taken for dead, and that had not heard of it.
import type { History } from "./history.ts";
import { isBodyLine, type BodyLine } from "./ledger.ts";
import { isFrom, toldTakeovers } from "./told-takeovers.ts";

/**
 * Lines that were written after others had taken their worker for dead. Who did so wrote down when, or was killed in the middle of it:
 * then such a line stands behind one of a later claim of its run, which tells that the run was taken from its process.
 */
export function zombieLines(history: Pick<History, "lives" | "lines" | "runs" | "journal">): ReadonlySet<BodyLine> {
  const lives = new Map(history.lives.map((life) => [life.number, life]));
  const takeovers = toldTakeovers(history);
  const newest = new Map<string, number>();
  const isTaken = ({ run, token, life }: BodyLine): boolean =>
    takeovers.get(run)?.some((told) => told.token > token && isFrom(told.from, lives.get(life)!)) === true;
  const zombies = new Set<BodyLine>();
  for (const line of history.lines.filter(isBodyLine)) {
    const { buriedMs, burialMs } = lives.get(line.life) ?? {};
    const isStale = line.token < (newest.get(line.run) ?? 0);
    const isCut = burialMs !== undefined && line.atMs >= burialMs && isStale && isTaken(line);
    if (isCut || (buriedMs !== undefined && line.atMs >= buriedMs)) zombies.add(line);
    if (!isStale) newest.set(line.run, line.token);
  }
  return zombies;
}
