// Plain try and catch of an error of surefoot's tagged class: what is left of the difference is the step's own.
import { EVENT, LOOP_STEPS, type Contestant } from "../workloads.ts";
import { ServiceDown, failingTagged } from "./service-down.ts";

const plainTagged: Contestant = {
  recovered: async () => {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) {
      try {
        total += await failingTagged(EVENT);
      } catch (error) {
        if (!(error instanceof ServiceDown)) throw error;
        total += error.code;
      }
    }
    return total;
  },
};
export default plainTagged;
