// Checks of takeovers: each one is told in the run, with the process and the steps that had no outcome then (P3).
import { bodyLines, isFrom, isListed } from "./checks-of-bodies.ts";
import type { History, Life } from "./history.ts";
import type { BodyLine } from "./ledger.ts";
import { groupBy, violationsOf, type Violation } from "./violation.ts";

export function checkTakeoversTold(history: History): Violation[] {
  return violationsOf("each run that a killed worker had tells of the takeover", (report) => {
    for (const { life, run } of takeoversDue(history)) {
      const takeovers = history.runs.get(run)?.takeovers ?? [];
      if (!takeovers.some(({ from }) => isFrom(from, life)))
        report(run, `life ${life.number} (process ${life.pid}) had it when it was killed, and no takeover says so`);
    }
  });
}

export function checkOpenStepsTold(history: History): Violation[] {
  return violationsOf("a takeover lists the steps whose bodies had run and had no outcome", (report) => {
    const linesByLife = groupBy(bodyLines(history.lines), ({ life, run }) => `${life} ${run}`);
    for (const { life, run } of takeoversDue(history)) {
      const takeover = history.runs.get(run)?.takeovers.find(({ from }) => isFrom(from, life));
      if (takeover === undefined) continue; // told of above
      for (const open of openBodies(history, life, linesByLife.get(`${life.number} ${run}`) ?? [])) {
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
        if (!lives.some(({ end }) => end === "killed")) report(id, `it tells of ${from}, which was not killed`);
        else if (same.length > lives.length) report(id, `it tells ${same.length} times of ${from}`);
      }
    }
  });
}

/** Each run that a killed life had. */
export function takeoversDue({ looks, lives }: History): { readonly life: Life; readonly run: string }[] {
  return looks.flatMap(({ life: number, owned }) => {
    const life = lives.find((one) => one.number === number)!;
    return life.end === "killed" ? [...owned].map((run) => ({ life, run })) : [];
  });
}

/** Leaves that had begun in a life, and of which the journal did not know the end when it was killed. */
export function openBodies(
  { outcomes }: Pick<History, "outcomes">,
  life: Life,
  lines: readonly BodyLine[],
): BodyLine[] {
  return lines.filter((line) => {
    const savedLife = outcomes.savedLife(line, line.attempt);
    return line.kind === "enter" && line.role === "leaf" && (savedLife === undefined || savedLife > life.number);
  });
}
