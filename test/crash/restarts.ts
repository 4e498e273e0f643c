// How soon a worker goes on with the runs of one that was killed.
import { machineMsOf } from "../machine-clock.ts";
import type { History, Life } from "./history.ts";
import { isBodyLine } from "./ledger.ts";

export interface Restart {
  readonly life: number;
  /** From the start of the process until the first body was entered, or the first takeover was written down. */
  readonly afterMs: number;
  /** Whether there was any such sign before this life was killed too; else `afterMs` is how long it lived without one. */
  readonly hasGoneOn: boolean;
}

/** Of each life that followed one with runs in its hands. */
export function restartsOf(history: Pick<History, "lives" | "looks" | "lines" | "runs">): Restart[] {
  const takeoversMs = [...history.runs.values()].flatMap(({ takeovers }) =>
    takeovers.map(({ at }) => machineMsOf(at.getTime())),
  );
  return history.lives.slice(1).flatMap((life) => {
    const left = history.looks.find((look) => look.life === life.number - 1);
    if (left === undefined || left.owned.size === 0) return [];
    const signs = [
      ...history.lines.filter((line) => isBodyLine(line) && line.life === life.number).map(({ atMs }) => atMs),
      ...takeoversMs.filter((atMs) => isWithin(atMs, life)),
    ];
    const hasGoneOn = signs.length > 0;
    const afterMs = (hasGoneOn ? smallest(signs) : life.endedMs) - life.spawnedMs;
    return [{ life: life.number, afterMs, hasGoneOn }];
  });
}

function isWithin(atMs: number, { spawnedMs, endedMs }: Life): boolean {
  return atMs >= spawnedMs && atMs <= endedMs;
}
function smallest(figures: readonly number[]): number {
  return figures.reduce((least, figure) => Math.min(least, figure));
}
