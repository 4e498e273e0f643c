// What is measured, how much of it, and by which figure engines are compared. Pure.

interface WorkloadFacts {
  readonly title: string;
  /** Runs, or for `long` steps. */
  readonly count: number;
  /** The figure that ratios are made of; whether more of it is better. */
  readonly compared: string;
  readonly isMoreBetter: boolean;
  /** Takes peers so long that they take part in the first round only, unless all rounds are asked for. */
  readonly isSlow: boolean;
}

export const WORKLOADS = {
  drain: {
    title: "D1: 2,000 runs of three steps",
    count: 2000,
    compared: "runsPerS",
    isMoreBetter: true,
    isSlow: false,
  },
  blocks: {
    title: "D1 again, watching the host's event loop",
    count: 2000,
    compared: "loopMaxMs",
    isMoreBetter: false,
    isSlow: false,
  },
  idle: {
    title: "D2: one run at a time, with gaps",
    count: 100,
    compared: "resultP50Ms",
    isMoreBetter: false,
    isSlow: false,
  },
  long: {
    title: "D3: one run of 1,000 steps",
    count: 1000,
    compared: "msPerStep",
    isMoreBetter: false,
    isSlow: false,
  },
  crash: {
    title: "D5: killed with 500 runs under way",
    count: 500,
    compared: "finishedMs",
    isMoreBetter: false,
    isSlow: true,
  },
  longest: {
    title: "D3: one run of 10,000 steps",
    count: 10_000,
    compared: "msPerStep",
    isMoreBetter: false,
    isSlow: true,
  },
  sleepers: {
    title: "D4: 20,000 sleepers that wake at once",
    count: 20_000,
    compared: "drainPerS",
    isMoreBetter: true,
    isSlow: true,
  },
} as const satisfies Readonly<Record<string, WorkloadFacts>>;

export type WorkloadName = keyof typeof WORKLOADS;
export const WORKLOAD_NAMES = Object.keys(WORKLOADS) as readonly WorkloadName[];

export function isWorkload(name: string | undefined): name is WorkloadName {
  return name !== undefined && Object.hasOwn(WORKLOADS, name);
}

const FEWEST = 10;

/** How many runs, or steps, of a workload; less of it for a look. */
export function countOf(workload: WorkloadName, share: number): number {
  return Math.max(FEWEST, Math.round(WORKLOADS[workload].count * share));
}
