// What a crash has made of a function that it must not: the first difference between two plays of it. Pure.
import { placeKey, type Effect, type Entry, type Place, type RunLog } from "./run-log.ts";
import { isSame, shown } from "./shown-values.ts";
import type { TestedStep } from "./test-app-types.ts";

/** How a play ended. */
export type PlayEnd =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: unknown }
  | { readonly kind: "cancelled" }
  /** It did not: why. */
  | { readonly kind: "stuck"; readonly error: Error };

export interface Played {
  readonly log: RunLog;
  readonly end: PlayEnd;
  readonly steps: readonly TestedStep[];
  readonly writes: number;
}

export type Difference = { readonly actual: unknown; readonly expected: unknown } & (
  | { readonly kind: "stuck"; readonly why: string }
  | { readonly kind: "enteredAgain"; readonly place: Place }
  | { readonly kind: "effectAgain"; readonly place: Place; readonly effect: string }
  | { readonly kind: "otherInput"; readonly place: Place }
  | { readonly kind: "otherSteps" }
  | { readonly kind: "otherEnd" }
);

/** The one that says most of why. */
export function firstDifference(reference: Played, crashed: Played): Difference | undefined {
  return (
    enteredAgain(crashed.log) ??
    effectAgain(reference.log, crashed.log) ??
    otherInput(reference.log, crashed.log) ??
    stuck(reference, crashed) ??
    otherSteps(reference, crashed) ??
    otherEnd(reference, crashed)
  );
}

/** A body that was entered after the crash, though its outcome had been recorded before. */
function enteredAgain({ entries, recorded }: RunLog): Difference | undefined {
  const again = entries.find((entry) => entry.life > 0 && recorded.has(placeKey(entry)));
  return again === undefined ? undefined : { kind: "enteredAgain", place: again, actual: 2, expected: 1 };
}

/** Something that was done more often than without a crash, by code that no record holds back. */
function effectAgain(reference: RunLog, crashed: RunLog): Difference | undefined {
  for (const effect of crashed.effects) {
    if (!reference.isComposite(effect)) continue; // a step that was open at the crash: it may be done again
    const actual = countOf(crashed.effects, effect);
    const expected = countOf(reference.effects, effect);
    if (actual > expected) return { kind: "effectAgain", place: effect, effect: effect.effect, actual, expected };
  }
  return undefined;
}

function countOf(effects: readonly Effect[], wanted: Effect): number {
  return effects.filter(({ effect, ...place }) => effect === wanted.effect && placeKey(place) === placeKey(wanted))
    .length;
}

/** Steps end as they did without the crash: so what a step is given may only differ by what code outside of steps has drawn. */
function otherInput(reference: RunLog, crashed: RunLog): Difference | undefined {
  const inputs = new Map<string, Entry>(reference.entries.map((entry) => [placeKey(entry), entry]));
  for (const entry of crashed.entries) {
    const before = inputs.get(placeKey(entry));
    if (before !== undefined && shown(before.input) !== shown(entry.input))
      return { kind: "otherInput", place: entry, actual: entry.input, expected: before.input };
  }
  return undefined;
}

function stuck({ end: expected }: Played, { end: actual }: Played): Difference | undefined {
  return actual.kind === "stuck" ? { kind: "stuck", why: actual.error.message, actual, expected } : undefined;
}

function otherSteps(reference: Played, crashed: Played): Difference | undefined {
  const actual = lasting(crashed.steps);
  const expected = lasting(reference.steps);
  return isSame(actual, expected) ? undefined : { kind: "otherSteps", actual, expected };
}

/** How often a body was entered is no business of its run's, nor what was cancelled on the way: which losers of a race had begun. */
function lasting(steps: readonly TestedStep[]): readonly TestedStep[] {
  return steps
    .filter(({ status }) => status !== "cancelled")
    .map(({ attempts: _attempts, steps: substeps = [], ...step }) => ({ ...step, steps: lasting(substeps) }));
}

function otherEnd({ end: expected }: Played, { end: actual }: Played): Difference | undefined {
  return isSame(actual, expected) ? undefined : { kind: "otherEnd", actual, expected };
}
