// What has to be known of the steps of each workload, worked out by hand from the rules for numbers and paths. Pure.
import { ALL_STEPS, LOOP_STEPS, type WorkloadName } from "../workloads.ts";

/** A step, as observers are to be told of it. */
export interface StepFacts {
  readonly number: string;
  readonly name: string;
  readonly path: string;
  readonly kind: string;
  readonly attempts: number;
  readonly outcome: string;
  readonly isComposite: boolean;
}

interface Shape {
  readonly name: string;
  readonly kind: "run" | "all";
  readonly outcome: "completed" | "recovered";
  readonly steps: readonly Shape[];
}

const leaf = (name: string): Shape => ({ name, kind: "run", outcome: "completed", steps: [] });
const repeated = (count: number): readonly Shape[] => Array.from({ length: count }, () => leaf("a"));
const three: readonly Shape[] = ["a", "b", "c"].map(leaf);
const nine: readonly Shape[] = three.map((shape) => ({ ...shape, steps: three }));

const SHAPES: Readonly<Record<WorkloadName, readonly Shape[]>> = {
  sequence: three,
  nested: three.map((shape) => ({ ...shape, steps: nine })),
  loop: repeated(LOOP_STEPS),
  recovered: repeated(LOOP_STEPS).map((shape) => ({ ...shape, outcome: "recovered" })),
  all: [{ ...leaf("all"), kind: "all", steps: repeated(ALL_STEPS) }],
};

/** In the order in which they start. */
export function expectedSteps(workload: WorkloadName): readonly StepFacts[] {
  return factsBelow(SHAPES[workload], "", "");
}

function factsBelow(shapes: readonly Shape[], parentNumber: string, parentPath: string): readonly StepFacts[] {
  return shapes.flatMap(({ name, kind, outcome, steps }, index) => {
    const number = parentNumber === "" ? `${index + 1}` : `${parentNumber}.${index + 1}`;
    const occurrence = shapes.slice(0, index + 1).filter((shape) => shape.name === name).length;
    const segment = occurrence === 1 ? name : `${name}#${occurrence}`;
    const path = parentPath === "" ? segment : `${parentPath}/${segment}`;
    const facts = { number, name, path, kind, attempts: 1, outcome, isComposite: steps.length > 0 };
    return [facts, ...factsBelow(steps, number, path)];
  });
}
