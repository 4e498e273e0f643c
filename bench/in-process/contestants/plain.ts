// The limit: async and await, with nothing around a step.
import { ALL_STEPS, EVENT, LOOP_STEPS, ServiceError, failing, first, second, third } from "../workloads.ts";
import type { FullContestant, Event } from "../workloads.ts";

async function three(event: Event): Promise<number> {
  const a = await first(event);
  const b = await second(event);
  const c = await third(event);
  return a + b + c;
}

async function nine(event: Event): Promise<number> {
  const a = await three(event);
  const b = await three(event);
  const c = await three(event);
  return a + b + c;
}

const plain: FullContestant = {
  sequence: () => three(EVENT),
  nested: async () => {
    const a = await nine(EVENT);
    const b = await nine(EVENT);
    const c = await nine(EVENT);
    return a + b + c;
  },
  loop: async () => {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += await first(EVENT);
    return total;
  },
  recovered: async () => {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) {
      try {
        total += await failing(EVENT);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        total += error.code;
      }
    }
    return total;
  },
  all: async () => {
    const values = await Promise.all(Array.from({ length: ALL_STEPS }, () => first(EVENT)));
    return values.reduce((total, value) => total + value, 0);
  },
};
export default plain;
