// How large the table is, and what the language takes out of it. The cells themselves: one test file for each way to write a body.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { printFigure } from "../figures.ts";
import { ABSTRACTS, BODIES, HANDLERS, KINDS, MODES, nameOf, NEXTS } from "./cells.ts";
import { legalPrograms, tablePrograms } from "./describe-table.ts";
import { ILLEGAL, whyIllegal } from "./model.ts";

it("has every combination of the axes, and names no cell twice", () => {
  const main = BODIES.length * KINDS.length * HANDLERS.length * NEXTS.length * ABSTRACTS.length;
  const withDefaultRetries = BODIES.length * (KINDS.length - 1);
  const programs = tablePrograms();
  expect(programs).toHaveLength(main + withDefaultRetries);
  expect(new Set(programs.map(nameOf)).size).toBe(programs.length);
});

it("checks each cell that the language lets one write, and says of the others why it does not", () => {
  const cells = tablePrograms().length * MODES.length;
  const checked = legalPrograms().length * MODES.length;
  const illegalByRule = ILLEGAL.map(
    (rule) => tablePrograms().filter((program) => rule.holdsFor(program)).length * MODES.length,
  );
  printFigure("table: cells", cells);
  printFigure("table: cells checked", checked);
  console.info(`table: ${cells - checked} cells are ruled out by the language:`);
  for (const [index, { why }] of ILLEGAL.entries()) console.info(`  ${illegalByRule[index]} because ${why}`);
  expect({ cells, checked, illegalByRule }).toEqual({ cells: 25_860, checked: 23_760, illegalByRule: [1_980, 120] });
  for (const program of tablePrograms()) {
    const rules = ILLEGAL.filter((rule) => rule.holdsFor(program)).map(({ why }) => why);
    expect(rules).toEqual(whyIllegal(program) === undefined ? [] : [whyIllegal(program)]);
  }
});

it("takes its expectations from a model that imports nothing of the source", () => {
  const importsOf = (file: string): string[] =>
    [...readFileSync(new URL(file, import.meta.url), "utf8").matchAll(/^import .* from "(.+)";$/gm)].map(
      (found) => found[1]!,
    );
  expect(importsOf("model.ts")).toEqual(["./cells.ts"]);
  expect(importsOf("cells.ts")).toEqual([]);
});
