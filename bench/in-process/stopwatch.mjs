// What times a workload: mitata, which is a peer, so that no compiler reads this file.
import { measure } from "mitata";

const NS_PER_MS = 1e6;

/**
 * Times a workload in samples: one run each, or the mean of 512 runs where one takes less than 65 µs. In nanoseconds a run.
 *
 * The least sample is that of a quiet moment and has no garbage collection in it; the mean has all of them.
 *
 * @param {() => PromiseLike<number>} run
 * @param {number} budgetMs
 * @returns {Promise<{ min: number, p50: number, mean: number }>}
 */
export async function timeRuns(run, budgetMs) {
  // Around it stands what knows a thenable from a promise: mitata awaits nothing but native promises.
  const awaited = async () => {
    await run();
  };
  const { min, p50, avg } = await measure(awaited, { min_cpu_time: budgetMs * NS_PER_MS, batch_samples: 512 });
  return { min, p50, mean: avg };
}
