// What the journal was seen to say, look after look: what it once said of an outcome, it must say for ever (P1).
//
// Owns: when each outcome was seen first. Does not own: looking (journal-look).
import { isTakeover, type JournalLook, type RunRow, type StepRow } from "./journal-look.ts";

/** A step of a run. The run itself has the path "". */
export interface StepPlace {
  readonly run: string;
  readonly path: string;
}

interface FirstSight {
  /** The look that saw it first. */
  readonly look: number;
  readonly text: string;
}

/** The highest attempt that was recorded as the next one, and the look that saw it. */
interface NextAttempt {
  readonly look: number;
  readonly attempt: number;
}

export class OutcomeBook {
  readonly #outcomes = new Map<string, FirstSight>();
  readonly #settled = new Map<string, FirstSight>();
  readonly #nextAttempts = new Map<string, NextAttempt[]>();
  readonly #changes: string[] = [];

  /** Outcomes that changed or went away between two looks. */
  get changes(): readonly string[] {
    return this.#changes;
  }
  get size(): number {
    return this.#outcomes.size;
  }

  /** Takes down what the journal says at this look. They are numbered from 1. */
  look(look: number, { runs, steps }: JournalLook): void {
    const seen = new Set<string>();
    for (const step of steps) {
      const place = placeKey({ run: step.run, path: step.key });
      if (step.state === "ended") this.#note(this.#outcomes, place, look, textOfStep(step), seen);
      if (step.state === "settled") this.#note(this.#settled, place, look, step.error ?? "");
      if (step.state === "retrying") this.#noteAttempt(place, look, step.attempts);
    }
    for (const run of runs)
      if (run.ended_ms !== null)
        this.#note(this.#outcomes, placeKey({ run: run.id, path: "" }), look, textOfRun(run), seen);
    for (const place of this.#outcomes.keys())
      if (!seen.has(place)) this.#changes.push(`${printable(place)} had an outcome, and has none at look ${look}`);
  }

  /** The look at which the step, or one around it, was first seen to have an outcome. */
  outcomeLook(place: StepPlace): number | undefined {
    return firstOf(ancestry(place).map((around) => this.#outcomes.get(placeKey(around))?.look));
  }
  /** The look at which the step's body, or that of one around it, was first seen to have settled. */
  settledLook({ run, path }: StepPlace): number | undefined {
    const settled = ancestry({ run, path }).filter((around) => !isUnderHandler(path, around.path));
    return firstOf(settled.map((around) => this.#settled.get(placeKey(around))?.look));
  }
  /** The look at which this attempt was first seen to have failed, another one being next. */
  failedLook(place: StepPlace, attempt: number): number | undefined {
    return this.#nextAttempts.get(placeKey(place))?.find((next) => next.attempt > attempt)?.look;
  }
  /** The look at which it was first known how this attempt had ended. */
  savedLook(place: StepPlace, attempt: number): number | undefined {
    return firstOf([this.outcomeLook(place), this.settledLook(place), this.failedLook(place, attempt)]);
  }

  #note(book: Map<string, FirstSight>, place: string, look: number, text: string, seen?: Set<string>): void {
    seen?.add(place);
    const first = book.get(place);
    if (first === undefined) book.set(place, { look, text });
    else if (first.text !== text)
      this.#changes.push(`${printable(place)} was ${first.text} at look ${first.look}, and is ${text} at look ${look}`);
  }
  #noteAttempt(place: string, look: number, attempt: number): void {
    const attempts = this.#nextAttempts.get(place) ?? [];
    this.#nextAttempts.set(place, attempts);
    const last = attempts.at(-1);
    if (last === undefined || attempt > last.attempt) attempts.push({ look, attempt });
    else if (attempt < last.attempt)
      this.#changes.push(`${printable(place)} was at attempt ${last.attempt}, and is at ${attempt} at look ${look}`);
  }
}

export function placeKey({ run, path }: StepPlace): string {
  return `${run}\n${path}`;
}
function printable(place: string): string {
  return place.replace("\n", " ");
}

/** The step, those around it, and the run. */
function ancestry({ run, path }: StepPlace): StepPlace[] {
  const places = [{ run, path }];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    places.push({ run, path: path.slice(0, end) });
  return path === "" ? places : [...places, { run, path: "" }];
}

/** Whether the path is that of a step which a handler of `around` runs. */
function isUnderHandler(path: string, around: string): boolean {
  return path.startsWith(around === "" ? "~onError/" : `${around}/~onError/`);
}

function firstOf(looks: readonly (number | undefined)[]): number | undefined {
  const known = looks.filter((look) => look !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function textOfStep(step: StepRow): string {
  if (isTakeover(step)) return `${step.name} ${step.value}`;
  const { kind, number, name, sequence, status, attempts, ended_ms: endedMs, value, refs, error } = step;
  return [kind, number, name, sequence, status, attempts, endedMs, value, refs, error].join(" | ");
}
function textOfRun({ status, ended_ms: endedMs, output, error }: RunRow): string {
  return [status, endedMs, output, error].join(" | ");
}
