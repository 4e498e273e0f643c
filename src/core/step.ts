// `import { step } from "surefoot"`: the tools of whatever step is running; outside any event, of a run of its own.
import { systemClock } from "./clock.ts";
import { systemRandomness } from "./ids.ts";
import { InlineEngine } from "./inline-engine.ts";
import { defaultRetryPolicy } from "./retry.ts";
import { LiveRun } from "./run.ts";
import { StepAudience } from "./step-audience.ts";
import { LiveStepTools } from "./step-tools.ts";
import { Attempt, StepNode } from "./step-tree.ts";
import type { StepTools } from "./step-types.ts";

/**
 * The current step: creates substeps, and reads context, number and signal, without being handed down.
 *
 * Use it in service functions, so that they can add steps to whatever calls them. Outside any event a step runs in this
 * process, numbered from 1 and without retries, so that a unit test can simply call it. On replay it behaves as the `step` that a
 * body is handed.
 *
 * @example
 * async function charge(invoice: Invoice) {
 *   return step.run("Charge", () => stripe.charges.create({ amount: invoice.amount }));
 * }
 */
export const step: StepTools = new LiveStepTools(undefined, outsideAttempt) as never;

function outsideAttempt(): Attempt {
  const run = new LiveRun(
    {
      id: systemRandomness.id("run", systemClock.now()),
      functionId: "",
      functionName: "no function",
      event: {
        id: "",
        name: "",
        data: undefined,
        user: undefined,
        ts: systemClock.now(),
        v: undefined,
        context: { eventName: "" },
      },
      context: { eventName: "" },
    },
    {
      engine: new InlineEngine(systemClock),
      audience: new StepAudience([], () => systemClock.now()),
      clock: systemClock,
      random: systemRandomness,
      post: undefined,
      retries: defaultRetryPolicy(0),
    },
  );
  const root = new StepNode(
    run,
    { kind: "function", name: "", options: {}, body: () => undefined, input: [] },
    undefined,
  );
  root.extras.isOutside = true;
  return new Attempt(root, 1);
}
