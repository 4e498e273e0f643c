// What happened in one play of a scenario: which bodies were entered in which life, what steps ended with, what was done to the world.
//
// Owns: the log. Does not own: what is made of it (crash-violations.ts).
// Called by: life.ts, crash-everywhere.ts.
//   G1. A step without substeps ends as it did in the play without a crash, whatever its body drew or read this time. What still
//       differs then comes from code outside such steps, which runs again whenever a run goes on.
import type { Outcome } from "../core/outcome.ts";
import type { StepNode } from "../core/step-tree.ts";

/** A step of a run, or the function's own code. */
export interface Place {
  readonly runId: string;
  /** The step's path; `""` for the function's own code. */
  readonly path: string;
  readonly number: string;
  readonly name: string;
  readonly functionName: string;
}
export interface Entry extends Place {
  /** From 0; grows with each crash. */
  readonly life: number;
  readonly input: readonly unknown[];
}
export interface Effect extends Place {
  readonly life: number;
  readonly effect: string;
}

export class RunLog {
  /** Which life of the process it is. */
  life = 0;
  readonly entries: Entry[] = [];
  readonly effects: Effect[] = [];
  /** The steps whose outcome was in the journal at the crash. */
  recorded: ReadonlySet<string> = new Set();
  /** What steps without substeps ended with. */
  readonly endings = new Map<string, Outcome>();
  readonly #composites = new Set<string>();
  /** Of the play without a crash. */
  readonly #reference: RunLog | undefined;

  constructor(reference?: RunLog) {
    this.#reference = reference;
  }

  entered(node: StepNode): void {
    const input = node.plan.kind === "run" ? node.plan.input : [];
    this.entries.push({ ...placeOfNode(node), life: this.life, input });
  }
  did(node: StepNode, effect: string): void {
    this.effects.push({ ...placeOfNode(node), life: this.life, effect });
  }

  /** G1 */
  reached(node: StepNode, reached: Outcome): Outcome {
    if (node.plan.kind !== "run" || reached.status === "cancelled") return reached;
    const place = placeKey(placeOfNode(node));
    if ((node.attempt?.children.length ?? 0) > 0) {
      this.#composites.add(place);
      return reached;
    }
    const outcome = this.#reference?.endings.get(place) ?? reached;
    this.endings.set(place, outcome);
    return outcome;
  }

  /** Whether code of this place runs again when a run goes on, though steps in it have been recorded. */
  isComposite(place: Place): boolean {
    return place.path === "" || this.#composites.has(placeKey(place));
  }
}

/** What tells places of all runs apart. */
export function placeKey({ runId, path }: Pick<Place, "runId" | "path">): string {
  return `${runId} ${path}`;
}

function placeOfNode({ run, key, number, name }: StepNode): Place {
  return { runId: run.id, path: key, number, name, functionName: run.functionName };
}
