// Checks of the ledger: which bodies ran, how often, and why.
import type { History } from "./history.ts";
import type { StepRow } from "./journal-look.ts";
import { isBodyLine, type BodyLine } from "./ledger.ts";
import { placeKey, type StepPlace } from "./outcome-book.ts";
import { isFrom, toldTakeovers, type ToldTakeover } from "./told-takeovers.ts";
import { groupBy, violationsOf, type Violation } from "./violation.ts";
import { zombieLines } from "./zombies.ts";

/** No body is entered again once its outcome, or that of a step around it, was seen in the journal. */
export function checkRecordedNotRunAgain({ lines, outcomes, spanOf }: History): Violation[] {
  return violationsOf("no step whose outcome was recorded runs again", (report) => {
    for (const line of bodyLines(lines)) {
      const span = spanOf(line);
      const ran = `${nameOf(line)} ran in life ${line.life} and span ${span}`;
      const recorded = outcomes.outcomeLook(line);
      if (recorded !== undefined && recorded < span)
        report(line.run, `${ran}, and had its outcome at look ${recorded}`);
      const settled = line.role === "handler" ? undefined : outcomes.settledLook(line);
      if (settled !== undefined && settled < span)
        report(line.run, `${ran}, and had failed for good at look ${settled}`);
      const failed = line.role === "leaf" ? outcomes.failedLook(line, line.attempt) : undefined;
      if (failed !== undefined && failed < span) report(line.run, `${ran}, and had failed at look ${failed}`);
    }
  });
}

/**
 * A leaf is entered again only for another attempt, or because its run was taken over from whoever was in it. What a zombie enters is
 * left aside: it does not know that its run is another's, and nothing of it is recorded.
 */
export function checkExtraStarts(history: History): Violation[] {
  return violationsOf("a body runs again only for a retry, or after a takeover that lists its step", (report) => {
    const [takeovers, zombies] = [toldTakeovers(history), zombieLines(history)];
    for (const all of leafStarts(history).values()) {
      const starts = all.filter((line) => !zombies.has(line));
      if (starts[0] !== undefined && starts[0].attempt !== 1)
        report(starts[0].run, `${nameOf(starts[0])} is the first that was seen`);
      for (let place = 1; place < starts.length; place++) {
        const [earlier, later] = [starts[place - 1]!, starts[place]!];
        if (later.attempt === earlier.attempt + 1) continue;
        const isRepeat = later.attempt === earlier.attempt && later.life !== earlier.life;
        if (!isRepeat)
          report(
            later.run,
            `${nameOf(later)} ran in life ${later.life} after ${nameOf(earlier)} in life ${earlier.life}`,
          );
        else if (!isListing(takeovers.get(later.run) ?? [], history, earlier, later))
          report(
            later.run,
            `${nameOf(later)} ran in lives ${earlier.life} and ${later.life}, and no takeover lists it`,
          );
      }
    }
  });
}

/** An outcome comes from a body that had its effect, in the attempt that is recorded. A zombie may be in an earlier one meanwhile. */
export function checkEffects({ lines, journal }: History): Violation[] {
  return violationsOf("a step completes only after its body had its effect", (report) => {
    const effects = groupBy(
      bodyLines(lines).filter(({ kind }) => kind === "effect"),
      (line) => placeKey(line),
    );
    const leaves = new Set(bodyLines(lines).flatMap((line) => (line.role === "leaf" ? [placeKey(line)] : [])));
    for (const { run, key, status, attempts } of journal.steps) {
      const place = placeKey({ run, path: key });
      if (status !== "completed" || !leaves.has(place)) continue;
      if (effects.get(place)?.some(({ ends, attempt }) => ends === "value" && attempt === attempts) !== true)
        report(run, `"${key}" completed without an effect that gave a value in attempt ${attempts}`);
    }
  });
}

export function checkIdempotencyKeys({ lines }: Pick<History, "lines">): Violation[] {
  return violationsOf("a step has one idempotency key, and no other step has it", (report) => {
    for (const [, same] of groupBy(bodyLines(lines), placeKey)) {
      const keys = new Set(same.map(({ idempotencyKey }) => idempotencyKey));
      if (keys.size > 1) report(same[0]!.run, `"${same[0]!.path}" had the keys ${[...keys].join(", ")}`);
    }
    for (const [key, same] of groupBy(bodyLines(lines), ({ idempotencyKey }) => idempotencyKey)) {
      const steps = new Set(same.map(placeKey));
      if (steps.size > 1) report(same[0]!.run, `${key} is the key of ${[...steps].join(" and ")}`);
    }
  });
}

export function checkAtMostOnce({ lines }: Pick<History, "lines">): Violation[] {
  return violationsOf("an atMostOnce body runs at most once an attempt", (report) => {
    const starts = bodyLines(lines).filter(({ kind, isAtMostOnce }) => kind === "enter" && isAtMostOnce);
    for (const same of groupBy(starts, (line) => `${placeKey(line)}\n${line.attempt}`).values())
      if (same.length > 1)
        report(same[0]!.run, `${nameOf(same[0]!)} ran in the lives ${same.map(({ life }) => life).join(", ")}`);
  });
}

/** What was seen of steps, and what the journal says of their numbers. */
interface LinesAndNumbers extends Pick<History, "lines"> {
  readonly journal: { readonly steps: readonly Pick<StepRow, "run" | "key" | "number">[] };
}

/** A step has one number: in every life, and in the journal. P2: and sees the same values. */
export function checkSameInEachLife({ lines, journal }: LinesAndNumbers): Violation[] {
  return violationsOf("a step has the same number and sees the same values in every life", (report) => {
    const numbers = new Map(journal.steps.map((step) => [placeKey({ run: step.run, path: step.key }), step.number]));
    for (const [place, same] of groupBy(bodyLines(lines), placeKey)) {
      const seenNumbers = new Set([...same.map(({ number }) => number), numbers.get(place) ?? same[0]!.number]);
      if (seenNumbers.size > 1)
        report(same[0]!.run, `"${same[0]!.path}" had the numbers ${[...seenNumbers].join(", ")}`);
      const views = new Set(same.flatMap(({ seen }) => (seen === undefined ? [] : [seen])));
      if (views.size > 1) report(same[0]!.run, `"${same[0]!.path}" saw ${[...views].join(" and then ")}`);
    }
  });
}

export function bodyLines(lines: History["lines"]): BodyLine[] {
  return lines.filter(isBodyLine);
}

/** Each entering of a leaf's body, in the order of the ledger, by step. */
export function leafStarts({ lines }: Pick<History, "lines">): Map<string, BodyLine[]> {
  return groupBy(
    bodyLines(lines).filter(({ kind, role }) => kind === "enter" && role === "leaf"),
    placeKey,
  );
}

/**
 * Whether a takeover lists a step, or one around it: of a step that has no record, nothing is known until the one around it is entered
 * again. For a step of the function's own handlers, that is the function itself, which has no number.
 */
export function isListed(
  openSteps: readonly { readonly number: string }[],
  { number, path }: Pick<BodyLine, "number" | "path">,
): boolean {
  return openSteps.some(
    (open) =>
      open.number === number ||
      (open.number === "" ? path.startsWith("~onError/") : number.startsWith(`${open.number}.`)),
  );
}

/**
 * Whether the run was taken from the life of the earlier line, which was told after the claim under which that was written, and no
 * later than under the one of the later line.
 */
function isListing(
  takeovers: readonly ToldTakeover[],
  { lives }: Pick<History, "lives">,
  earlier: BodyLine,
  later: BodyLine,
): boolean {
  const life = lives.find(({ number }) => number === earlier.life);
  return takeovers.some(
    ({ token, from, openSteps }) =>
      token > earlier.token &&
      token <= later.token &&
      life !== undefined &&
      isFrom(from, life) &&
      isListed(openSteps, later),
  );
}

function nameOf({ path, number, attempt }: StepPlace & Pick<BodyLine, "number" | "attempt">): string {
  return `attempt ${attempt} of ${number} "${path}"`;
}
