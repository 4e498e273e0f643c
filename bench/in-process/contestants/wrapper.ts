// The thinnest wrapper: a name and a closure around each step, and nothing kept of it.
import {
  ALL_STEPS,
  EVENT,
  LOOP_STEPS,
  ServiceError,
  failing,
  first,
  second,
  third,
  type FullContestant,
} from "../workloads.ts";

/** What the wrapper does with a name: without it, the name would be optimized away. */
export const last = { name: "" };

async function run<Value>(name: string, body: () => Promise<Value>): Promise<Value> {
  last.name = name;
  return await body();
}

async function three(): Promise<number> {
  const a = await run("a", () => first(EVENT));
  const b = await run("b", () => second(EVENT));
  const c = await run("c", () => third(EVENT));
  return a + b + c;
}

async function nine(): Promise<number> {
  const a = await run("a", three);
  const b = await run("b", three);
  const c = await run("c", three);
  return a + b + c;
}

const wrapper: FullContestant = {
  sequence: three,
  nested: async () => {
    const a = await run("a", nine);
    const b = await run("b", nine);
    const c = await run("c", nine);
    return a + b + c;
  },
  loop: async () => {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += await run("a", () => first(EVENT));
    return total;
  },
  recovered: async () => {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) {
      try {
        total += await run("a", () => failing(EVENT));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        total += error.code;
      }
    }
    return total;
  },
  all: () =>
    run("all", async () => {
      const steps = Array.from({ length: ALL_STEPS }, () => run("a", () => first(EVENT)));
      return (await Promise.all(steps)).reduce((total, value) => total + value, 0);
    }),
};
export default wrapper;
