// What `npm run bench:durable` is told. Pure.
import { UsageError, readRounds } from "../shared/usage.ts";
import { CONTESTANT_NAMES, factsOf, isContestant, takesPart, type ContestantName } from "./contestants.ts";
import { WORKLOADS, WORKLOAD_NAMES, isWorkload, type WorkloadName } from "./workloads.ts";

export const USAGE = `npm run bench:durable [-- options]

  --rounds N        rounds, each with a fresh process, a fresh file and a fresh database for every measurement (5)
  --all-rounds      peers take part in every round of what takes them long too, not in the first alone
  --minutes N       begins nothing new after so long, and writes what there is; called again, it goes on
  --fresh           does not go on with the rounds of a run that was stopped
  --only name       a workload or a contestant; may be given more than once; nothing is kept or written
  --share N         so much of the runs and steps, for a look: 0.1; nothing is kept or written
  --profile name    a processor profile of D1 with one contestant, into .surefoot/
  --report          writes the tables of the pages anew, from results.json

workloads    ${WORKLOAD_NAMES.join(", ")}
contestants  ${CONTESTANT_NAMES.join(", ")}`;

export interface Target {
  readonly workload: WorkloadName;
  readonly contestant: ContestantName;
}

export interface MeasureOptions {
  readonly kind: "measure";
  readonly rounds: number;
  readonly allRounds: boolean;
  readonly isFresh: boolean;
  readonly minutes: number;
  readonly only: readonly string[];
  readonly share: number;
}
export type Options =
  | MeasureOptions
  | { readonly kind: "report" }
  | { readonly kind: "profile"; readonly contestant: ContestantName };

const USUAL_ROUNDS = 5;

export function readOptions(args: readonly string[]): Options {
  if (args.length === 1 && args[0] === "--report") return { kind: "report" };
  if (args[0] === "--profile") return readProfile(args);
  const left = [...args];
  const only: string[] = [];
  let rounds = USUAL_ROUNDS;
  let share = 1;
  let allRounds = false;
  let isFresh = false;
  let minutes = Infinity;
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (arg === "--rounds") rounds = readRounds(left.shift());
    else if (arg === "--share") share = readShare(left.shift());
    else if (arg === "--minutes") minutes = readMinutes(left.shift());
    else if (arg === "--all-rounds") allRounds = true;
    else if (arg === "--fresh") isFresh = true;
    else if (arg === "--only") only.push(readName(left.shift()));
    else throw new UsageError(`"${arg}" is not understood here.\n\n${USAGE}`);
  }
  return { kind: "measure", rounds, allRounds, isFresh, minutes, only, share };
}

/** Every pair of a workload and a contestant that takes part in it, workload by workload. */
export function allTargets(contestants: readonly ContestantName[] = CONTESTANT_NAMES): readonly Target[] {
  return WORKLOAD_NAMES.flatMap((workload) =>
    contestants.filter((contestant) => takesPart(contestant, workload)).map((contestant) => ({ workload, contestant })),
  );
}

/** Those that names pick: of the contestants, the workloads, or where both are named, of both. */
export function pick(targets: readonly Target[], names: readonly string[]): readonly Target[] {
  const workloads = names.filter(isWorkload);
  const contestants = names.filter(isContestant);
  return targets.filter(
    ({ workload, contestant }) =>
      (workloads.length === 0 || workloads.includes(workload)) &&
      (contestants.length === 0 || contestants.includes(contestant)),
  );
}

/** Whether it takes minutes. */
export function takesLong({ workload, contestant }: Target): boolean {
  return WORKLOADS[workload].isSlow && factsOf(contestant).by === "peer";
}

/** Whether it is measured in this round, from 0. */
export function isDue(target: Target, round: number, allRounds: boolean): boolean {
  return round === 0 || allRounds || !takesLong(target);
}

function readProfile([, contestant, ...rest]: readonly string[]): Options {
  if (!isContestant(contestant) || rest.length > 0) throw new UsageError(`--profile takes a contestant.\n\n${USAGE}`);
  return { kind: "profile", contestant };
}

function readName(name: string | undefined): string {
  if (isWorkload(name) || isContestant(name)) return name;
  throw new UsageError(`--only "${name ?? ""}" names nothing that is measured.\n\n${USAGE}`);
}

function readShare(text: string | undefined): number {
  const share = Number(text);
  if (!(share > 0 && share <= 1)) throw new UsageError(`--share takes a number above 0, up to 1, not "${text ?? ""}"`);
  return share;
}

function readMinutes(text: string | undefined): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new UsageError(`--minutes takes a number above 0, not "${text ?? ""}"`);
  return minutes;
}
