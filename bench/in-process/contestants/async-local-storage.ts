// AsyncLocalStorage for each step, by hand: a step knows its number and its parent, and nothing is kept of it.
import { AsyncLocalStorage } from "node:async_hooks";
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
  type Event,
} from "../workloads.ts";

interface Place {
  readonly name: string;
  readonly parent: Place | undefined;
  readonly ordinal: number;
  readonly event: Event;
  stepCount: number;
}

const places = new AsyncLocalStorage<Place>();

function run<Value>(name: string, body: () => Promise<Value>): Promise<Value> {
  const parent = places.getStore()!;
  const ordinal = ++parent.stepCount;
  return places.run({ name, parent, ordinal, event: parent.event, stepCount: 0 }, body);
}

function begin<Value>(body: () => Promise<Value>): () => Promise<Value> {
  return () => places.run({ name: "event", parent: undefined, ordinal: 0, event: EVENT, stepCount: 0 }, body);
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

const asyncLocalStorage: FullContestant = {
  sequence: begin(three),
  nested: begin(async () => {
    const a = await run("a", nine);
    const b = await run("b", nine);
    const c = await run("c", nine);
    return a + b + c;
  }),
  loop: begin(async () => {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += await run("a", () => first(EVENT));
    return total;
  }),
  recovered: begin(async () => {
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
  }),
  all: begin(() =>
    run("all", async () => {
      const steps = Array.from({ length: ALL_STEPS }, () => run("a", () => first(EVENT)));
      return (await Promise.all(steps)).reduce((total, value) => total + value, 0);
    }),
  ),
};
export default asyncLocalStorage;
