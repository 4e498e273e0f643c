// Plain try and catch, where somebody reads the stack, as a logger does: until then JavaScript does not write it down.
import { EVENT, LOOP_STEPS, ServiceError, failing, type Contestant } from "../workloads.ts";

/** Where the stack goes: somebody might look, so that reading it is not optimized away. */
export const lastRead = { stack: "" as string | undefined };

const plainStack: Contestant = {
  recovered: async () => {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) {
      try {
        total += await failing(EVENT);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        lastRead.stack = error.stack;
        total += error.code;
      }
    }
    return total;
  },
};
export default plainStack;
