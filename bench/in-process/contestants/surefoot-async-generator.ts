// surefoot with async generator bodies: failures are inferred, and other promises may be awaited between the steps.
import { createApp, type StepTools } from "../../../dist/index.js";
import { ALL_STEPS, EVENT, LOOP_STEPS, type FullContestant } from "../workloads.ts";
import { TIMED, sum, type SurefootSetting } from "./surefoot-setting.ts";

/** The workloads as functions of an app, created once. */
export function surefootAsyncGenerator({ observers, Failure, bodies }: SurefootSetting = TIMED): FullContestant {
  const { first, second, third, failing, noted, composite } = bodies;
  const app = createApp({ name: "bench", observers });

  const three = composite(async function* (step: StepTools) {
    const a = yield* step.run("a", () => first(EVENT));
    const b = yield* step.run("b", () => second(EVENT));
    const c = yield* step.run("c", () => third(EVENT));
    return a + b + c;
  });
  const nine = composite(async function* (step: StepTools) {
    const a = yield* step.run("a", three);
    const b = yield* step.run("b", three);
    const c = yield* step.run("c", three);
    return a + b + c;
  });

  const sequence = app.createFunction({ name: "sequence" }, { event: "bench" }, ({ step }) => three(step));
  const nested = app.createFunction({ name: "nested" }, { event: "bench" }, async function* ({ step }) {
    const a = yield* step.run("a", nine);
    const b = yield* step.run("b", nine);
    const c = yield* step.run("c", nine);
    return a + b + c;
  });
  const loop = app.createFunction({ name: "loop" }, { event: "bench" }, async function* ({ step }) {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += yield* step.run("a", () => first(EVENT));
    return total;
  });
  const recovered = app.createFunction({ name: "recovered" }, { event: "bench" }, async function* ({ step }) {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) {
      total += yield* step
        .run("a", () => failing(EVENT))
        .possibleError(Failure)
        .onError(Failure, noted)
        .next((error) => error.code);
    }
    return total;
  });
  const all = app.createFunction({ name: "all" }, { event: "bench" }, async function* ({ step }) {
    const steps = Array.from({ length: ALL_STEPS }, () => step.run("a", () => first(EVENT)));
    return sum(yield* step.all("all", steps));
  });

  const input = { data: EVENT };
  return {
    sequence: () => app.run(sequence, input),
    nested: () => app.run(nested, input),
    loop: () => app.run(loop, input),
    recovered: () => app.run(recovered, input),
    all: () => app.run(all, input),
  };
}

export default surefootAsyncGenerator();
