// What `npm run bench:in-process` is told. Pure.
import { UsageError, readRounds } from "../shared/usage.ts";
import { CONTESTANT_NAMES, isContestant, takesPart, type ContestantName } from "./contestants.ts";
import { WORKLOAD_NAMES, type WorkloadName } from "./workloads.ts";

export const USAGE = `npm run bench:in-process [-- options]

  --rounds N                         rounds, each with a fresh process for every measurement (5)
  --only workload/contestant         only these, and what they are divided by; one of the two names may be left out;
                                     may be given more than once; results.json and the pages are left as they are
  --profile contestant workload      where its time goes, function by function, instead of figures
  --report                           writes the tables of the pages anew, from results.json

workloads    ${WORKLOAD_NAMES.join(", ")}
contestants  ${CONTESTANT_NAMES.join(", ")}`;

export interface Target {
  readonly contestant: ContestantName;
  readonly workload: WorkloadName;
}

export type Options =
  | { readonly kind: "measure"; readonly rounds: number; readonly only: readonly Target[] | undefined }
  | ({ readonly kind: "profile" } & Target)
  | { readonly kind: "report" };

const USUAL_ROUNDS = 5;

export function readOptions(args: readonly string[]): Options {
  const left = [...args];
  const only: Target[] = [];
  let rounds = USUAL_ROUNDS;
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (arg === "--report" && args.length === 1) return { kind: "report" };
    if (arg === "--profile" && args.length === 3) return { kind: "profile", ...readTarget(left) };
    if (arg === "--rounds") rounds = readRounds(left.shift());
    else if (arg === "--only") only.push(...readOnly(left.shift()));
    else throw new UsageError(`"${arg}" is not understood here.\n\n${USAGE}`);
  }
  return { kind: "measure", rounds, only: only.length === 0 ? undefined : only };
}

/** A contestant and a workload, in this order. */
export function readTarget([contestant, workload, ...rest]: readonly string[]): Target {
  if (!isContestant(contestant) || !isWorkload(workload) || rest.length > 0)
    throw new UsageError(`a contestant and a workload are needed.\n\n${USAGE}`);
  if (!takesPart(contestant, workload)) throw new UsageError(`${contestant} takes no part in ${workload}`);
  return { contestant, workload };
}

/** Every pair of a contestant and a workload, workload by workload. */
export function allTargets(): readonly Target[] {
  return WORKLOAD_NAMES.flatMap((workload) =>
    CONTESTANT_NAMES.filter((contestant) => takesPart(contestant, workload)).map((contestant) => ({
      contestant,
      workload,
    })),
  );
}

function readOnly(text: string | undefined): readonly Target[] {
  const names = text?.split("/") ?? [];
  const targets = allTargets().filter(({ contestant, workload }) =>
    names.every((name) => name === contestant || name === workload),
  );
  if (names.length === 0 || names.length > 2 || targets.length === 0)
    throw new UsageError(`--only "${text ?? ""}" names nothing that is measured.\n\n${USAGE}`);
  return targets;
}

function isWorkload(name: string | undefined): name is WorkloadName {
  return (WORKLOAD_NAMES as readonly (string | undefined)[]).includes(name);
}
