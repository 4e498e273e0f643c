// The story of a function that does not survive a crash, for whoever wrote it. Pure.
import type { Difference, Played, PlayEnd } from "./crash-difference.ts";
import { placeKey, type Entry, type Place, type RunLog } from "./run-log.ts";
import { shown } from "./shown-values.ts";
import type { TestedStep } from "./test-app-types.ts";

const ADVICE =
  "Code outside of steps runs again whenever a run goes on. What it draws, reads from a clock or does to the world belongs into a step.";

interface CrashTale {
  readonly functionName: string;
  readonly reference: Played;
  readonly crashed: Played;
  readonly difference: Difference;
}

export function crashStory({ functionName, reference, crashed, difference }: CrashTale): string {
  const { log } = crashed;
  return [
    `"${functionName}" does not survive a crash: ${headline(difference)}.`,
    "",
    `The process crashed ${momentOf(log)}. Another one went on.`,
    `  without the crash: ${endText(reference.end)}`,
    `  with the crash:    ${endText(crashed.end)}`,
    ...stepLines(log),
    "",
    ADVICE,
  ].join("\n");
}

function headline(difference: Difference): string {
  const { actual, expected } = difference;
  switch (difference.kind) {
    case "enteredAgain":
      return `step ${label(difference.place)} ran again, though its outcome had been recorded`;
    case "effectAgain":
      return `"${difference.effect}" was done ${times(actual)}, and ${times(expected)} without the crash, by ${ownerOf(difference.place)}`;
    case "otherInput":
      return `step ${label(difference.place)} was given ${shown(actual)}, and ${shown(expected)} without the crash`;
    case "stuck":
      return `it does not come to its end: ${difference.why}`;
    case "otherSteps":
      return `its steps differ: ${stepsText(actual, expected)}`;
    case "otherEnd":
      return "it comes to another outcome";
  }
}

function momentOf({ recorded, entries }: RunLog): string {
  const last = entries.findLast((entry) => entry.life === 0 && recorded.has(placeKey(entry)));
  return last === undefined ? "before any step was recorded" : `when step ${label(last)} had been recorded`;
}

/** What became of each body that was entered. */
function stepLines({ entries, recorded }: RunLog): readonly string[] {
  const first = entries.filter((entry, index) => entries.findIndex((other) => isAt(other, entry)) === index);
  const lines = first.map((entry) => {
    const there = entries.filter((other) => isAt(other, entry));
    return `  ${label(entry)}: ${fateText(there, recorded)}`;
  });
  return lines.length === 0 ? [] : ["", "Its steps", ...lines];
}

function isAt(left: Place, right: Place): boolean {
  return placeKey(left) === placeKey(right);
}

function fateText(places: readonly Entry[], recorded: ReadonlySet<string>): string {
  const isBefore = places.some(({ life }) => life === 0);
  const isAfter = places.some(({ life }) => life > 0);
  if (recorded.has(placeKey(places[0]!)))
    return isAfter ? "recorded, and entered again all the same" : "recorded before the crash";
  if (isBefore && isAfter) return "at work at the crash, entered again after it";
  return isAfter ? "entered after the crash" : "at work at the crash, and not asked for after it";
}

function endText(end: PlayEnd): string {
  switch (end.kind) {
    case "value":
      return `completed with ${shown(end.value)}`;
    case "error":
      return `failed with ${shown(end.error)}`;
    case "cancelled":
      return "was cancelled";
    case "stuck":
      return "did not end";
  }
}

function stepsText(actual: unknown, expected: unknown): string {
  const now = flat(actual as readonly TestedStep[]);
  const before = flat(expected as readonly TestedStep[]);
  const place = now.findIndex((line, index) => line !== before[index]);
  const at = place === -1 ? now.length : place;
  return `${now[at] ?? "no such step"}, and ${before[at] ?? "no such step"} without the crash`;
}

function flat(steps: readonly TestedStep[]): readonly string[] {
  return steps.flatMap(({ number, name, status, output, error, steps: substeps = [] }) => [
    `${number} ${name} ${status}${error === undefined ? "" : ` ${error}`}${output === undefined ? "" : ` with ${shown(output)}`}`,
    ...flat(substeps),
  ]);
}

function ownerOf(place: Place): string {
  return place.path === ""
    ? `the code of "${place.functionName}" outside of its steps`
    : `the code of step ${label(place)} outside of its substeps`;
}

function label({ number, name }: Pick<Place, "number" | "name">): string {
  return `${number} ${name}`;
}

function times(count: unknown): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${String(count)} times`;
}
