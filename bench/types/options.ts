// What `npm run bench:types` is told. Pure.
import { UsageError, readRounds } from "../shared/usage.ts";
import { CONTESTANT_NAMES } from "./contestants.ts";
import { PROGRAM_NAMES } from "./programs.ts";
import { allTargets, type Target } from "./targets.ts";

export const USAGE = `npm run bench:types [-- options]

  --rounds N                  rounds, in each of which everything is compiled once (5)
  --only program/contestant   only this; one of the two names may be left out; may be given more than once;
                              results.json and the pages are left as they are
  --accept                    takes what surefoot costs now as the baseline that npm test compares with
  --report                    writes the tables of the pages anew, from results.json

programs     ${PROGRAM_NAMES.join(", ")}
contestants  ${CONTESTANT_NAMES.join(", ")}`;

export type Options =
  | { readonly kind: "measure"; readonly rounds: number; readonly only: readonly Target[] | undefined }
  | { readonly kind: "accept" }
  | { readonly kind: "report" };

const USUAL_ROUNDS = 5;

export function readOptions(args: readonly string[]): Options {
  const left = [...args];
  const only: Target[] = [];
  let rounds = USUAL_ROUNDS;
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (arg === "--report" && args.length === 1) return { kind: "report" };
    if (arg === "--accept" && args.length === 1) return { kind: "accept" };
    if (arg === "--rounds") rounds = readRounds(left.shift());
    else if (arg === "--only") only.push(...readOnly(left.shift()));
    else throw new UsageError(`"${arg}" is not understood here.\n\n${USAGE}`);
  }
  return { kind: "measure", rounds, only: only.length === 0 ? undefined : only };
}

function readOnly(text: string | undefined): readonly Target[] {
  const names = text?.split("/") ?? [];
  const targets = allTargets().filter(({ contestant, program }) =>
    names.every((name) => name === contestant || name === program),
  );
  if (names.length === 0 || names.length > 2 || targets.length === 0)
    throw new UsageError(`--only "${text ?? ""}" names nothing that is measured.\n\n${USAGE}`);
  return targets;
}
