// Who takes part, in the order of the tables.
import { WORKLOAD_NAMES, type Contestant, type Run, type WorkloadName } from "./workloads.ts";

interface ContestantFacts {
  readonly title: string;
  /** Below `contestants/`. What imports a peer is an `.mjs`: types are checked where no peer is installed. */
  readonly file: string;
  /** What its figures are divided by, in each round. */
  readonly base: "plain" | "plain-tagged";
  readonly workloads: readonly WorkloadName[];
}

const ALL = { base: "plain", workloads: WORKLOAD_NAMES } as const;
const FAILURE_ALONE = { base: "plain", workloads: ["recovered"] } as const;
const LOOP_ALONE = { base: "plain", workloads: ["loop"] } as const;
const TAGGED = { base: "plain-tagged", workloads: ["recovered"] } as const;

export const CONTESTANTS = {
  plain: { title: "plain async", file: "plain.ts", ...ALL },
  wrapper: { title: "the thinnest wrapper", file: "wrapper.ts", ...ALL },
  "async-local-storage": { title: "AsyncLocalStorage: numbers and parents", file: "async-local-storage.ts", ...ALL },
  "surefoot-generator": { title: "**surefoot**, generator", file: "surefoot-generator.ts", ...ALL },
  "surefoot-async": { title: "**surefoot**, async", file: "surefoot-async.ts", ...ALL },
  "surefoot-async-generator": {
    title: "**surefoot**, async generator",
    file: "surefoot-async-generator.ts",
    ...ALL,
  },
  "surefoot-observed": {
    title: "**surefoot**, generator, an observer that reads all",
    file: "surefoot-observed.ts",
    ...ALL,
  },
  effect: { title: "Effect 4", file: "effect.mjs", ...ALL },
  "effect-spans": { title: "Effect 4, a span for each step", file: "effect-spans.mjs", ...ALL },
  neverthrow: { title: "neverthrow", file: "neverthrow.mjs", ...ALL },
  "typescript-result": { title: "typescript-result", file: "typescript-result.mjs", ...ALL },
  "better-result": { title: "better-result", file: "better-result.mjs", ...ALL },
  "plain-span": { title: "plain async, a span for each call, by hand", file: "plain-span.ts", ...LOOP_ALONE },
  "surefoot-hand-written-span": {
    title: "**surefoot**, generator, a span in each body, by hand",
    file: "surefoot-hand-written-span.ts",
    ...LOOP_ALONE,
  },
  "surefoot-otel": { title: "**surefoot**, generator, `otel()`", file: "surefoot-otel.ts", ...LOOP_ALONE },
  "surefoot-otel-idle": {
    title: "**surefoot**, generator, `otel()` without an SDK",
    file: "surefoot-otel-idle.ts",
    ...LOOP_ALONE,
  },
  "plain-stack": { title: "plain async, the stack is read", file: "plain-stack.ts", ...FAILURE_ALONE },
  "plain-tagged": { title: "plain async, tagged class", file: "plain-tagged.ts", ...TAGGED },
  "surefoot-generator-tagged": {
    title: "**surefoot**, generator, tagged class",
    file: "surefoot-generator-tagged.ts",
    ...TAGGED,
  },
  "surefoot-async-tagged": { title: "**surefoot**, async, tagged class", file: "surefoot-async-tagged.ts", ...TAGGED },
} as const satisfies Readonly<Record<string, ContestantFacts>>;

export type ContestantName = keyof typeof CONTESTANTS;
export const CONTESTANT_NAMES = Object.keys(CONTESTANTS) as readonly ContestantName[];

export function isContestant(name: string | undefined): name is ContestantName {
  return name !== undefined && Object.hasOwn(CONTESTANTS, name);
}

export function takesPart(contestant: ContestantName, workload: WorkloadName): boolean {
  return (CONTESTANTS[contestant].workloads as readonly WorkloadName[]).includes(workload);
}

/** Whether it runs on what `npm ci` at the repository's root installs. */
export function needsPeers(contestant: ContestantName): boolean {
  return CONTESTANTS[contestant].file.endsWith(".mjs");
}

/** Loads one contestant, and nothing of the others. */
export async function loadRun(contestant: ContestantName, workload: WorkloadName): Promise<Run> {
  const path = `./contestants/${CONTESTANTS[contestant].file}`;
  const { default: loaded } = (await import(path)) as { readonly default: Contestant };
  const run = loaded[workload];
  if (run === undefined) throw new Error(`${contestant} takes no part in ${workload}`);
  return run;
}
