// What a campaign must have come by at least sometimes, or its checks have nothing to look at.
import { machineMsOf } from "../machine-clock.ts";
import { bodyLines, leafStarts } from "./checks-of-bodies.ts";
import { openBodies } from "./checks-of-takeovers.ts";
import type { History } from "./history.ts";
import { placeKey } from "./outcome-book.ts";
import { groupBy } from "./violation.ts";

export type Sometimes = Readonly<Record<string, number>>;

export function sometimesOf(history: History): Sometimes {
  const linesByLife = groupBy(bodyLines(history.lines), ({ life }) => String(life));
  const kills = history.looks.flatMap((look) => {
    const life = history.lives.find(({ number }) => number === look.life)!;
    if (life.end !== "killed") return [];
    const lines = linesByLife.get(String(life.number)) ?? [];
    const attemptOf = (line: (typeof lines)[number]): string => `${placeKey(line)}\n${line.attempt}`;
    const effects = new Set(lines.filter(({ kind }) => kind === "effect").map(attemptOf));
    const open = openBodies(history, look, lines);
    const inMemory = look.open.filter(({ run }) => look.owned.has(run));
    return [
      {
        "kills while starting": life.startedMs === undefined,
        "kills during a body": open.some((line) => !effects.has(attemptOf(line))),
        "kills between an effect and its save": open.some((line) => effects.has(attemptOf(line))),
        "kills during a sleep in memory": inMemory.some(({ state }) => state === "sleeping"),
        "kills while a run was out of memory": look.asleep.size > 0,
        "kills during a wait for a retry": look.open.some(
          ({ state, due_ms: dueMs }) => state === "retrying" && machineMsOf(dueMs!) > look.atMs,
        ),
        "kills during a handler": inMemory.some(({ state }) => state === "settled"),
        "kills before a cancelled run had ended": look.cancelling.size > 0,
      },
    ];
  });
  const counts: Record<string, number> = { kills: kills.length };
  for (const kill of kills)
    for (const [name, isSo] of Object.entries(kill)) counts[name] = (counts[name] ?? 0) + (isSo ? 1 : 0);
  return { ...counts, ...countsOfRuns(history) };
}

function countsOfRuns({ runs, lines, journal }: History): Sometimes {
  const takeovers = [...runs.values()].map((run) => run.takeovers.length);
  const effects = bodyLines(lines).filter(({ kind, role }) => kind === "effect" && role === "leaf");
  const repeated = (starts: Iterable<readonly { readonly attempt: number }[]>): number =>
    [...starts].filter((same) => new Set(same.map(({ attempt }) => attempt)).size < same.length).length;
  return {
    takeovers: takeovers.reduce((sum, count) => sum + count, 0),
    "runs that were taken over more than once": takeovers.filter((count) => count > 1).length,
    "bodies run twice": repeated(leafStarts({ lines }).values()),
    "effects had twice": repeated(groupBy(effects, placeKey).values()),
    "atMostOnce steps interrupted": journal.steps.filter(({ error }) => error?.includes("StepInterruptedError")).length,
    "events sent again after a cut send":
      lines.filter(({ kind }) => kind === "sending").length - lines.filter(({ kind }) => kind === "sent").length,
  };
}
