// surefoot with generator bodies, where each step's body makes its own span by hand.
import { createApp } from "../../../dist/index.js";
import { EVENT, LOOP_STEPS, type Contestant } from "../workloads.ts";
import { inSpan, traced } from "./hand-written-span.ts";

const tracer = traced();
const app = createApp({ name: "bench" });
const loop = app.createFunction({ name: "loop" }, { event: "bench" }, function* ({ step }) {
  let total = 0;
  for (let i = 0; i < LOOP_STEPS; i++) total += yield* step.run("a", () => inSpan(tracer, i));
  return total;
});

export default {
  loop: () =>
    tracer.startActiveSpan("run", async (span) => {
      const total = await app.run(loop, { data: EVENT });
      span.end();
      return total;
    }),
} satisfies Contestant;
