// Who takes part, in the order of the tables. Pure.
import { PROGRAM_NAMES, type ProgramName } from "./programs.ts";
import { effect, effectSpans } from "./writers/effect.ts";
import { neverthrow } from "./writers/neverthrow.ts";
import { plain } from "./writers/plain.ts";
import { surefoot, surefootDeclared, surefootFunctions } from "./writers/surefoot.ts";
import type { Writer } from "./writers/writer.ts";

interface ContestantFacts {
  readonly title: string;
  readonly writer: Writer;
  /** The package of the peers that its programs import. */
  readonly peer?: string;
  /** Who takes part in all programs grows, too. A second way to write the same takes part where it differs. */
  readonly programs: readonly ProgramName[];
}

const DIFFERENT: readonly ProgramName[] = ["flat", "deep"];

export const CONTESTANTS = {
  plain: { title: "plain async, nothing inferred", writer: plain, programs: PROGRAM_NAMES },
  surefoot: { title: "**surefoot**", writer: surefoot, programs: PROGRAM_NAMES },
  "surefoot-declared": {
    title: "**surefoot**, `possibleError` on each step",
    writer: surefootDeclared,
    programs: DIFFERENT,
  },
  "surefoot-functions": {
    title: "**surefoot**, the outermost by `createFunction`",
    writer: surefootFunctions,
    programs: DIFFERENT,
  },
  effect: { title: "Effect 4", writer: effect, peer: "effect", programs: PROGRAM_NAMES },
  "effect-spans": { title: "Effect 4, a span for each step", writer: effectSpans, peer: "effect", programs: DIFFERENT },
  neverthrow: { title: "neverthrow", writer: neverthrow, peer: "neverthrow", programs: PROGRAM_NAMES },
} as const satisfies Readonly<Record<string, ContestantFacts>>;

export type ContestantName = keyof typeof CONTESTANTS;
export const CONTESTANT_NAMES = Object.keys(CONTESTANTS) as readonly ContestantName[];
/** Who takes part in everything. */
export const FULL_CONTESTANTS = CONTESTANT_NAMES.filter((name) => CONTESTANTS[name].programs === PROGRAM_NAMES);

/** The packages that the programs import, besides surefoot. */
export const PEERS: readonly string[] = [
  ...new Set(Object.values<ContestantFacts>(CONTESTANTS).flatMap(({ peer = [] }) => peer)),
];
