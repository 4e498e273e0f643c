// What has to be so after a crash at one point, and a second life. Pure.
import type { Ending } from "../canonical/endings.ts";
import type { CrashReport, FoundRecord, LedgerEntry } from "./crash-job.ts";

/** One function's runs, undisturbed or with a crash. */
export interface PlayedRuns {
  /** Of the last life. */
  readonly report: CrashReport;
  /** What each life found when it began. */
  readonly found: readonly FoundRecord[];
  /** The ledger of all lives. */
  readonly entries: readonly LedgerEntry[];
}

/** What is peculiar to one function. */
export interface Allowed {
  /** How many of its leaves may be under way at once. */
  readonly openAtOnce: number;
  /** What it may give instead, where a body that may be entered once only had begun. */
  readonly interrupted?: string | undefined;
}

/** What is wrong, as sentences; none if nothing is. */
export function violationsOf(
  undisturbed: PlayedRuns,
  crashed: PlayedRuns,
  { openAtOnce, interrupted }: Allowed,
): string[] {
  const again = extraEffects(undisturbed, crashed);
  const mostAgain = openAtOnce * (crashed.report.life - 1);
  return [
    // Of each life that was cut short. An outcome is on record before code goes on: what runs again is what was open, and not the steps before it.
    ...(again <= mostAgain ? [] : [`${again} effects came again, and at most ${mostAgain} could be open`]),
    ...(crashed.report.integrity === "ok" ? [] : [`the database says of the journal: ${crashed.report.integrity}`]),
    ...outcomeViolations(undisturbed, crashed, interrupted),
    ...repeatedBodies(crashed),
    ...effectViolations(undisturbed, crashed),
  ];
}

/** Each run has come to the same outcome, by the same steps. */
function outcomeViolations(undisturbed: PlayedRuns, crashed: PlayedRuns, interrupted: string | undefined): string[] {
  const { endings } = crashed.report;
  const wanted = undisturbed.report.endings;
  if (endings.length !== wanted.length) return [`${endings.length} runs instead of ${wanted.length}`];
  return wanted.flatMap((ending, place) => {
    const text = textOf(endings[place]!);
    if (text === textOf(ending)) return [];
    const isInterrupted = interrupted !== undefined && endings[place]!.outcome === `completed ${interrupted}`;
    return isInterrupted && wasStarted(crashed) ? [] : [`it ended as\n${text}\ninstead of\n${textOf(ending)}`];
  });
}

function textOf({ function: name, outcome, steps }: Ending): string {
  return [`${name}: ${outcome}`, ...steps.map((step) => `  ${step}`)].join("\n");
}
/** Only a step whose start was on record, and nothing else of it, may have been interrupted. */
function wasStarted({ found }: PlayedRuns): boolean {
  return found.some(({ state }) => state === "started");
}

/** A body whose outcome was on record, or that of a step around it, has not been entered again. */
function repeatedBodies({ found, entries }: PlayedRuns): string[] {
  return entries.flatMap((entry) => {
    const record = found.find((one) => one.life === entry.life && one.run === entry.run && isOver(one, entry));
    return record === undefined
      ? []
      : [
          `the body of ${entry.path} was entered again, attempt ${entry.attempt}, though ${record.key} had ${record.state}`,
        ];
  });
}

function isOver({ key, state, attempts }: FoundRecord, { path, attempt }: LedgerEntry): boolean {
  if (state === "ended") return path === key || path.startsWith(`${key}/`);
  if (path !== key) return false;
  return state === "settled" || state === "started" || (state === "retrying" && attempt < attempts);
}

/** Each effect has come, and in no life more often than without a crash. */
function effectViolations(undisturbed: PlayedRuns, crashed: PlayedRuns): string[] {
  const wanted = countsOf(undisturbed.entries);
  const counts = countsOf(crashed.entries);
  const missing = [...wanted.keys()].filter((effect) => !counts.has(effect));
  const violations = [...counts].flatMap(([effect, lives]) => {
    const once = wanted.get(effect);
    if (once === undefined) return [`${effect} was not to be`];
    const isTooOften = lives.some((life) => lives.filter((other) => other === life).length > once.length);
    return isTooOften ? [`${effect} came ${lives.length} times`] : [];
  });
  const isInterrupted = (effect: string): boolean =>
    crashed.found.some(({ state, key, run }) => state === "started" && effect.startsWith(`${run} ${key} `));
  return [...violations, ...missing.filter((effect) => !isInterrupted(effect)).map((effect) => `${effect} never came`)];
}

/** The lives in which each effect came. */
function countsOf(entries: readonly LedgerEntry[]): ReadonlyMap<string, readonly number[]> {
  const counts = new Map<string, number[]>();
  for (const { role, run, path, attempt, life } of entries) {
    if (role !== "leaf") continue;
    const effect = `${run} ${path} at attempt ${attempt}`;
    counts.set(effect, [...(counts.get(effect) ?? []), life]);
  }
  return counts;
}

/** How many effects came more often than without a crash. */
export function extraEffects(undisturbed: PlayedRuns, crashed: PlayedRuns): number {
  const leaves = (entries: readonly LedgerEntry[]): number => entries.filter(({ role }) => role === "leaf").length;
  return Math.max(0, leaves(crashed.entries) - leaves(undisturbed.entries));
}
