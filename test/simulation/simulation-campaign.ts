// Many simulations, one seed after the other, and what they came to together.
import type { Violation } from "../crash/violation.ts";
import { checkSimulation } from "./simulation-checker.ts";
import { simulate } from "./simulation.ts";
import type { SimulationHistory } from "./simulation-history.ts";
import type { NewPlace } from "./simulation-place.ts";
import { addUp, sometimesOf, type Sometimes } from "./simulation-sometimes.ts";

export interface FailedSeed {
  readonly history: SimulationHistory;
  readonly violations: readonly Violation[];
}

interface Campaign {
  readonly from: number;
  readonly seeds: number;
  readonly mostFailed: number;
  /** Default: in memory. */
  readonly newPlace?: NewPlace | undefined;
}

export interface CampaignEnd {
  readonly seeds: number;
  readonly sometimes: Sometimes;
  readonly failed: readonly FailedSeed[];
  /** How many seeds were run twice, and came to the same. */
  readonly repeated: number;
}

/** Each of so many seeds is run twice. */
const REPEATED_EVERY = 50;

export async function simulateAll(
  { from, seeds, mostFailed, newPlace }: Campaign,
  onSeed: (done: number) => void = () => {},
): Promise<CampaignEnd> {
  const sometimes: Record<string, number> = {};
  const failed: FailedSeed[] = [];
  let repeated = 0;
  let done = 0;
  for (; done < seeds && failed.length < mostFailed; done++) {
    const history = await simulate(String(from + done), newPlace);
    const violations = checkSimulation(history);
    addUp(sometimes, sometimesOf(history));
    if ((from + done) % REPEATED_EVERY === 0) {
      violations.push(...differences(history, await simulate(history.seed, newPlace)));
      repeated++;
    }
    if (violations.length > 0) failed.push({ history, violations });
    onSeed(done + 1);
  }
  return { seeds: done, sometimes, failed, repeated };
}

/** A seed stands for one course of things. */
export function differences(first: SimulationHistory, second: SimulationHistory): Violation[] {
  const text = `its hash is ${first.hash}, and then ${second.hash}`;
  return first.hash === second.hash ? [] : [{ rule: "a seed repeats exactly", run: undefined, text }];
}
