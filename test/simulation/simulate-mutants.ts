// `npm run simulate:mutants`: each mutant of the engine is to be caught, by the rule that was named beforehand.
//
//   npm run simulate:mutants                     all of them
//   npm run simulate:mutants -- --name fencing   those with this in their names
import { parseArgs } from "node:util";
import { printFigure } from "../figures.ts";
import { huntIn, type Catch } from "./mutated-copy.ts";
import type { Mutant } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";
import { SQL_MUTANTS } from "./sql-mutants.ts";

const MOST_SEEDS = 2_000;
/** Of so many catches the shortest is told. */
const CATCHES = 5;
/** How many are hunted at the same time. */
const HUNTS = 2;

const { values } = parseArgs({ options: { name: { type: "string", default: "" } } });

const waiting = [...MUTANTS, ...SQL_MUTANTS].filter(({ name }) => name.includes(values.name));
const hunted = waiting.length;
let caught = 0;
await Promise.all(Array.from({ length: HUNTS }, huntOn));
printFigure("mutants", hunted);
printFigure("mutants caught", caught);
process.exitCode = caught === hunted ? 0 : 1;

async function huntOn(): Promise<void> {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const line = await tellOf(mutant);
    console.log(line);
  }
}

async function tellOf(mutant: Mutant): Promise<string> {
  try {
    const catches = await huntIn(mutant, { from: 1, seeds: MOST_SEEDS, catches: CATCHES });
    const [shortest] = catches.toSorted((left, right) => left.length - right.length);
    if (shortest === undefined) return `  ✕ ${mutant.name}: not caught by ${mutant.rule} in ${MOST_SEEDS} seeds`;
    caught++;
    return `  ✓ ${mutant.name}: ${textOfCatch(catches[0]!, shortest)}`;
  } catch (error) {
    return `  ✕ ${mutant.name}: ${String(error)}`;
  }
}

function textOfCatch(first: Catch, shortest: Catch): string {
  return `first by seed ${first.seed}, shortest by seed ${shortest.seed} (${shortest.length} entries): ${shortest.rules.join("; ")}`;
}
