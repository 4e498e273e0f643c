// What every contestant does: the same steps, the same bodies, the same answers.

/** The event that all runs are for. */
export const EVENT = { n: 1, user: { id: "u1", email: "a@b.c" } };
export type Event = typeof EVENT;

/** One error class for all contestants, so that its construction and its stack cost all of them the same. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly _tag = "ServiceError";
  readonly code: number;
  constructor({ code }: { readonly code: number }) {
    super("service failed");
    this.code = code;
  }
}

export const first = async (event: Event): Promise<number> => event.n + 1;
export const second = async (event: Event): Promise<number> => event.n + 2;
export const third = async (event: Event): Promise<number> => event.n + 3;
export const failing = async (event: Event): Promise<number> => deeply(CALLS, () => fail(event));

function fail({ n }: Event): never {
  throw new ServiceError({ code: n });
}

/** As deep as a client's code throws: a stack has ten lines, and everybody's error has as many to take down. */
export const CALLS = 10;

export function deeply(calls: number, call: () => number): number {
  return calls === 0 ? call() : deeply(calls - 1, call) + 0;
}

export const LOOP_STEPS = 1000;
export const ALL_STEPS = 100;

interface WorkloadFacts {
  /** As a heading. */
  readonly title: string;
  /** How many steps one run of it has. */
  readonly steps: number;
  readonly answer: number;
  /** Whether its figures are told for one of its steps, rather than for the whole run. */
  readonly isToldByStep: boolean;
}

/** The workloads, in the order of the tables. */
export const WORKLOADS = {
  sequence: { title: "3 steps in sequence", steps: 3, answer: 9, isToldByStep: false },
  nested: { title: "3 × 3 × 3 nested (39 steps)", steps: 39, answer: 81, isToldByStep: false },
  loop: { title: "one of 1,000 in a loop", steps: LOOP_STEPS, answer: 2 * LOOP_STEPS, isToldByStep: true },
  recovered: { title: "one of 1,000 recovered failures", steps: LOOP_STEPS, answer: LOOP_STEPS, isToldByStep: true },
  all: { title: "`all` of 100", steps: 1 + ALL_STEPS, answer: 2 * ALL_STEPS, isToldByStep: false },
} as const satisfies Readonly<Record<string, WorkloadFacts>>;

export type WorkloadName = keyof typeof WORKLOADS;
export const WORKLOAD_NAMES = Object.keys(WORKLOADS) as readonly WorkloadName[];

/** Does all of a workload, once. */
export type Run = () => PromiseLike<number>;

/** A contestant takes part in all workloads, or in some. */
export type Contestant = Readonly<Partial<Record<WorkloadName, Run>>>;
export type FullContestant = Readonly<Record<WorkloadName, Run>>;
