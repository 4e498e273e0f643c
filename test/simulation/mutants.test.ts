// The checks of simulations can see what they are for: each fault in a copy of the engine is caught, by the rule that was named beforehand.
import { describe, expect, it } from "vitest";
import { printFigure } from "../figures.ts";
import { huntIn } from "./mutated-copy.ts";
import { hasPostgres } from "../postgres/server.ts";
import { MUTANTS } from "./mutants.ts";
import { SQL_MUTANTS } from "./sql-mutants.ts";

/** Its own seed first. A change of the engine may make another story of that one: then one of those that follow is to do. */
const MOST_SEEDS = 150;

/** Where there is no build of a Postgres, its store is not tried. */
const TRIED = [...MUTANTS, ...SQL_MUTANTS].filter(({ store }) => store !== "postgres" || hasPostgres());

describe("mutants of the engine", () => {
  printFigure("mutants", TRIED.length);
  it.concurrent.each(TRIED)("$rule sees: $name", { timeout: 60_000 }, async (mutant) => {
    const catches = await huntIn(mutant, { from: mutant.seed, seeds: MOST_SEEDS, catches: 1 });
    expect(catches).toHaveLength(1);
  });
});
