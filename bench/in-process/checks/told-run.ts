// What an observer was told of one run, in the order in which it was told.
//
// Owns: the list of what was told. Does not own: what ought to be told (record-problems).
// Called by: surefoot-checks.
import type { ObservedRun, ObservedRunEnd, ObservedStep, ObservedStepEnd, Observer } from "../../../dist/index.js";
import type { StepFacts } from "./expected-steps.ts";

export type Told =
  | { readonly what: "run started"; readonly runId: string; readonly function: string }
  | { readonly what: "step started"; readonly runId: string; readonly number: string }
  | { readonly what: "attempt failed"; readonly number: string; readonly attempt: number; readonly error: unknown }
  | ({
      readonly what: "step ended";
      readonly runId: string;
      readonly durationMs: number;
      readonly error: unknown;
    } & StepFacts)
  | { readonly what: "run ended"; readonly runId: string; readonly outcome: string; readonly durationMs: number };

export class ToldRun {
  #told: Told[] = [];

  /** Hands over what was told since the last time. */
  take(): readonly Told[] {
    const told = this.#told;
    this.#told = [];
    return told;
  }

  readonly observer: Observer = {
    onRunStart: (run: ObservedRun) =>
      this.#told.push({ what: "run started", runId: run.id, function: run.function.name }),
    onStepStart: ({ run, number }: ObservedStep) => this.#told.push({ what: "step started", runId: run.id, number }),
    onStepAttempt: ({ number, attempt, error }) => this.#told.push({ what: "attempt failed", number, attempt, error }),
    onStepEnd: (step: ObservedStepEnd) => {
      const { number, name, path, kind, attempts, outcome, isComposite, error, run } = step;
      const facts = { number, name, path, kind, attempts, outcome, isComposite };
      this.#told.push({ what: "step ended", runId: run.id, durationMs: step.duration, error, ...facts });
    },
    onRunEnd: ({ id, outcome, duration }: ObservedRunEnd) =>
      this.#told.push({ what: "run ended", runId: id, outcome, durationMs: duration }),
  };
}
