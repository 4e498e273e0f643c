// OpenWorkflow, whatever its backend.
import { OpenWorkflow } from "openworkflow";
import { KINDS, carryOutBody } from "../bodies.ts";
import { inParallel } from "../engine.ts";

const SENDERS = 32;
/** Each free slot asks the database by itself: more of them than 50 cost more than they bring. 500 runs in flight need 500. */
const CONCURRENCY = 50;
const CONCURRENCY_IN_FLIGHT = 500;

/** @returns {import("../engine.ts").Engine} */
export function openWorkflowEngine(backend, completed, workload) {
  const client = new OpenWorkflow({ backend });
  const workflows = Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      client.defineWorkflow({ name: kind }, ({ input, step }) =>
        carryOutBody(
          kind,
          input,
          (name, act) => step.run({ name }, act),
          (untilMs) => step.sleep("sleep", `${Math.max(1, untilMs - Date.now())}ms`),
        ),
      ),
    ]),
  );
  const worker = client.newWorker({ concurrency: workload === "crash" ? CONCURRENCY_IN_FLIGHT : CONCURRENCY });
  return {
    prepare: async () => {},
    start: () => worker.start(),
    send: (kind, inputs) => inParallel(inputs, SENDERS, (input) => workflows[kind].run(input)),
    ask: async (kind, input) => (await workflows[kind].run(input)).result(),
    completed,
    stop: async () => {
      await worker.stop();
      await backend.stop();
    },
  };
}
