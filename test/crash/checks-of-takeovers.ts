// Checks of takeovers: each one is told in the run, with the process and the steps that had no outcome then (P3).
import { bodyLines, isListed } from "./checks-of-bodies.ts";
import type { History, KillLook, Life } from "./history.ts";
import type { BodyLine } from "./ledger.ts";
import { isFrom, toldTakeovers, type ToldTakeover } from "./told-takeovers.ts";
import { groupBy, violationsOf, type Violation } from "./violation.ts";
import { zombieLines } from "./zombies.ts";

export function checkTakeoversTold(history: History): Violation[] {
  return violationsOf("each run that a killed worker had tells of the takeover", (report) => {
    const takeovers = toldTakeovers(history);
    for (const due of takeoversDue(history)) {
      const { life, run } = due;
      if (takeoverOf(takeovers, due) === undefined)
        report(
          run,
          `life ${life.number} (process ${life.pid}) had it when it was ${life.end}, and no takeover says so`,
        );
    }
  });
}

export function checkOpenStepsTold(history: History): Violation[] {
  return violationsOf("a takeover lists the steps whose bodies had run and had no outcome", (report) => {
    const zombies = zombieLines(history);
    const linesByLife = groupBy(
      bodyLines(history.lines).filter((line) => !zombies.has(line)),
      ({ life, run }) => `${life} ${run}`,
    );
    const takeovers = toldTakeovers(history);
    for (const due of takeoversDue(history)) {
      const { look, life, run } = due;
      const takeover = takeoverOf(takeovers, due);
      if (takeover === undefined) continue; // told of above
      const lines = linesByLife.get(`${life.number} ${run}`) ?? [];
      for (const open of openBodies(history, look, lines)) {
        if (!isListed(takeover.openSteps, open))
          report(
            run,
            `attempt ${open.attempt} of ${open.number} "${open.path}" had begun in life ${life.number}; the takeover lists ${JSON.stringify(takeover.openSteps)}`,
          );
      }
    }
  });
}

export function checkTakeoversTrue(history: History): Violation[] {
  return violationsOf("a takeover is told once, and only of a worker that was killed", (report) => {
    for (const [id, { takeovers }] of history.runs) {
      for (const [from, same] of groupBy(takeovers, (takeover) => takeover.from)) {
        const lives = history.lives.filter((life) => isFrom(from, life));
        const isDue = lives.some(({ end, burialMs }) => end === "killed" || burialMs !== undefined);
        if (!isDue) report(id, `it tells of ${from}, which was not killed`);
        else if (same.length > lives.length) report(id, `it tells ${same.length} times of ${from}`);
      }
    }
  });
}

/** A run that a worker had when it was seen for the last time. */
interface DueTakeover {
  readonly look: KillLook;
  readonly life: Life;
  readonly run: string;
  /** Of the claim by which it had the run. */
  readonly token: number;
}

/** Each run that a life had which was killed, or taken for dead. */
export function takeoversDue({ looks, lives }: Pick<History, "looks" | "lives">): DueTakeover[] {
  return looks.flatMap((look) => {
    const life = lives.find(({ number }) => number === look.life)!;
    return life.end === "killed" || life.end === "buried"
      ? [...look.owned].map(([run, token]) => ({ look, life, run, token }))
      : [];
  });
}

/** The first since that claim: an earlier life of the same process may have been taken for dead too. */
function takeoverOf(
  takeovers: ReadonlyMap<string, readonly ToldTakeover[]>,
  { life, run, token }: DueTakeover,
): ToldTakeover | undefined {
  return takeovers.get(run)?.find((takeover) => isFrom(takeover.from, life) && takeover.token > token);
}

/** Leaves that had begun in a life, and of which the journal did not know the end at the look after it. */
export function openBodies(
  { outcomes }: Pick<History, "outcomes">,
  look: Pick<KillLook, "number">,
  lines: readonly BodyLine[],
): BodyLine[] {
  return lines.filter((line) => {
    const saved = outcomes.savedLook(line, line.attempt);
    return line.kind === "enter" && line.role === "leaf" && (saved === undefined || saved > look.number);
  });
}
