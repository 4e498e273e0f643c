// surefoot with any store: the bodies are generators, as its pages write them.
import { createApp, step } from "../../../dist/index.js";
import type { AppStore } from "../../../dist/sqlite.js";
import { KINDS, endOf, firstValue, nameOf, stepsOf, tally, work, type Input, type Kind } from "../bodies.ts";
import type { Engine } from "../engine.ts";

/** As many as the other engines that are told a number have; the default, 100, is meant for bodies that do something. */
const CONCURRENCY = 500;

export function surefootEngine(store: AppStore, counts: Pick<Engine, "prepare" | "completed" | "stop">): Engine {
  const app = createApp({ name: "bench", store, observers: [], story: false });
  const make = (kind: Kind) =>
    app.createFunction({ name: kind }, { event: `bench/${kind}` }, function* ({ event }) {
      const input = event.data as unknown as Input;
      let value = firstValue(input);
      for (let index = 0; index < stepsOf(kind, input); index++) {
        if (kind === "sleeper" && index === 1) {
          tally.asleep++;
          yield* step.sleepUntil(new Date(input.untilMs!));
        }
        const previous = value;
        value = yield* step.run(nameOf(kind, index), () => work(kind, index, input, previous));
      }
      return endOf(kind, input, value);
    });
  const functions = new Map(KINDS.map((kind) => [kind, make(kind)]));
  return {
    prepare: counts.prepare,
    start: () => app.start({ concurrency: CONCURRENCY }),
    send: async (kind, inputs) => {
      await app.send(inputs.map((data) => ({ name: `bench/${kind}`, data: { ...data } })));
    },
    ask: async (kind, input) => await app.run(functions.get(kind)!, { data: { ...input } }),
    completed: counts.completed,
    stop: async () => {
      await app.stop({ timeout: "1s" });
      await counts.stop();
    },
  };
}
