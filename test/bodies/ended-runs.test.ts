// A run that has ended leaves memory with the next small collection, and does not wait for a large one: what is old when it
// dies is copied first, and that costs more than the steps do.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { createApp } from "../../src/index.ts";

const STEPS = 300;
const RUNS = 40;
/** Of a step that is kept; a run of them that stayed would show. */
const LEAST_STEP_BYTES = 200;

const app = createApp({ name: "memory" });
const FUNCTIONS = {
  generator: app.createFunction({ name: "Generator" }, { event: "count" }, function* ({ step }) {
    for (let i = 0; i < STEPS; i++) yield* step.run("Add", async () => i);
  }),
  async: app.createFunction({ name: "Async" }, { event: "count" }, async ({ step }) => {
    for (let i = 0; i < STEPS; i++) await step.run("Add", async () => i);
  }),
};

it.each(["generator", "async"] as const)(
  "a run with %s bodies is gone after the next small collection",
  async (kind) => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as (options?: { readonly type: "minor" }) => void;
    const run = (): Promise<void> => app.run(FUNCTIONS[kind], { data: {} });
    for (let i = 0; i < 100; i++) await run();
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < RUNS; i++) {
      await run();
      collect({ type: "minor" });
    }
    const left = process.memoryUsage().heapUsed - before;
    expect(left).toBeLessThan((RUNS * STEPS * LEAST_STEP_BYTES) / 2); // optimised code and the like are left, too
  },
);
