// The tests for the programs whose bodies are written in one way: each cell of the table against the model.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allPrograms, defaultRetryPrograms, KINDS, MODES, nameOf, type BodyKind, type Program } from "./cells.ts";
import { differencesBetween, differencesFrom } from "./differences.ts";
import { expectedOf, whyIllegal } from "./model.ts";
import { runInProcess, runOnSqlite, type Finding } from "./run-cells.ts";

/** All programs of the table, those that the language rules out included. */
export function tablePrograms(): Program[] {
  return [...allPrograms(), ...defaultRetryPrograms()];
}

/** The programs that one may write. */
export function legalPrograms(): Program[] {
  return tablePrograms().filter((program) => whyIllegal(program) === undefined);
}

interface CheckedCell {
  readonly cell: string;
  readonly differences: readonly string[];
}

/** How many cells a failing test names. */
const NAMED = 12;

/** What a test shows of its cells: how many differ from the model, and the first that do. */
function verdict(cells: readonly CheckedCell[]): { readonly differing: number; readonly first: string[] } {
  const differing = cells.filter(({ differences }) => differences.length > 0);
  const first = differing.slice(0, NAMED).map(({ cell, differences }) => `${cell}: ${differences.join("; ")}`);
  return { differing: differing.length, first };
}
const AGREEMENT = { differing: 0, first: [] };

/** Defines the tests. `cells` is how many cells they are to check. */
export function describeTable(body: BodyKind, cellCount: number): void {
  const programs = legalPrograms().filter((program) => program.body === body);
  const findingsByMode = new Map<string, Finding[]>();
  const folder = mkdtempSync(join(tmpdir(), "surefoot-table-"));
  let checked = 0;

  beforeAll(async () => {
    findingsByMode.set("inProcess", await runInProcess(programs));
    for (const finding of await runOnSqlite(body, programs, join(folder, "table.db"))) {
      findingsByMode.set(finding.mode, [...(findingsByMode.get(finding.mode) ?? []), finding]);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.each(MODES)(`${body} bodies, %s`, (mode) => {
    const checkedCells = (isMeant: (program: Program) => boolean): CheckedCell[] => {
      const findings = (findingsByMode.get(mode) ?? []).filter(({ observation }) => isMeant(observation.program));
      expect(findings.length).toBe(programs.filter(isMeant).length);
      checked += findings.length;
      return findings.map((finding) => {
        const { program } = finding.observation;
        return { cell: nameOf(program), differences: differencesFrom(expectedOf({ ...program, mode }), finding) };
      });
    };
    it.each(KINDS)("%s: as the language says, with every handler, next and abstractError", (kind) => {
      const cells = checkedCells((program) => program.kind === kind && program.retries === "once");
      expect(verdict(cells)).toEqual(AGREEMENT);
    });
    it("retries by the default policy where nobody says otherwise", () => {
      expect(verdict(checkedCells((program) => program.retries === "default"))).toEqual(AGREEMENT);
    });
  });

  it(`${body} bodies: a first run and its replay hand out the same, and nothing runs again`, () => {
    const replays = findingsByMode.get("sqliteReplay") ?? [];
    const replaysByName = new Map(replays.map((finding) => [nameOf(finding.observation.program), finding]));
    const firstRuns = findingsByMode.get("sqliteFirst") ?? [];
    expect([firstRuns.length, replaysByName.size]).toEqual([programs.length, programs.length]);
    const cells = firstRuns.map((first): CheckedCell => {
      const cell = nameOf(first.observation.program);
      return { cell, differences: differencesBetween(first, replaysByName.get(cell)!) };
    });
    expect(verdict(cells)).toEqual(AGREEMENT);
  });

  it(`${body} bodies: ${cellCount} cells were checked`, () => {
    console.info(`table, ${body} bodies: ${checked} cells checked`);
    expect(checked).toBe(cellCount);
  });
}
