// What a store would refuse, told while developing without one: once for each step.
//
// Owns: which steps were looked at. Does not own: what can be stored (storable).
// Called by: inline-engine, in development.
import { UnstorableValueError } from "./errors.ts";
import type { StepNode } from "./step-tree.ts";
import { unstorablePart } from "./storable.ts";
import { warnOnce } from "./warning.ts";

const looked = new Set<string>();

export function warnOfUnstorable(node: StepNode, value: object): void {
  const { run, name, plan } = node;
  const subject = `${run.functionId} ${name}`;
  // The value of a combinator is made of values that were looked at; a run without a function is a unit test.
  if (run.functionId === "" || plan.kind !== "run" || looked.has(subject)) return;
  looked.add(subject);
  const part = unstorablePart(value);
  if (part !== undefined)
    warnOnce(
      subject,
      UnstorableValueError.for(part, `step "${name}" of "${run.functionName}"`).message +
        ". There is no store now; with one, the step would fail",
    );
}
