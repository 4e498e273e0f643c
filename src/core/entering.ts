// A step's code is entered through the instruments of its run, where there are any.
import { EntryObservation } from "./step-audience.ts";
import type { Attempt, StepNode } from "./step-tree.ts";

/** Enters a body at the start of an attempt. The function itself is entered as a run, and what was recorded as nothing. */
export function entering<Of, Given>(node: StepNode, attempt: number, call: (of: Of) => Given, of: Of): Given {
  return through(node, attempt, true, call, of);
}

/** Enters what goes on in an attempt: a handler, or a body that was called elsewhere. */
export function goingOn<Given>({ node, number }: Attempt, call: () => Given): Given {
  return through(node, number, false, call, undefined);
}

function through<Of, Given>(node: StepNode, attempt: number, isNew: boolean, call: (of: Of) => Given, of: Of): Given {
  const { instruments } = node.run;
  if (instruments === undefined || node.home === undefined || node.special.isReplayed) return call(of);
  return instruments.aroundStep(new EntryObservation(node, attempt, isNew), call, of);
}
