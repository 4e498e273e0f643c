// The catalogue of faults says which test shows each row, and those tests are there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { REPOSITORY } from "../../scripts/packed-package.ts";
import { faultCounts, faultRows, missingTests, type FaultRow } from "./fault-rows.ts";

const page = readFileSync(join(REPOSITORY, "docs/reference/faults.md"), "utf8");
const rows = faultRows(page);
const read = (path: string): string | undefined => {
  const file = join(REPOSITORY, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
};

describe("docs/reference/faults.md", () => {
  it("has a row for each scenario, in their order", () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 147 }, (_, place) => place + 1));
  });
  it("each row names tests, or whose work or matter it is", () => {
    expect(rows.filter(({ state }) => state === "unclear").map(({ number, shownBy }) => [number, shownBy])).toEqual([]);
  });
  it("each test that it names is there", () => {
    expect(rows.flatMap((row) => missingTests(row, read))).toEqual([]);
  });
  it("its first lines count the rows", () => {
    const { shown, database, belonging } = faultCounts(rows);
    expect(page).toContain(
      `147 scenarios: ${shown} shown by tests, ${database} a matter of the database that is used, ${belonging} of work that is not in this version.`,
    );
  });
});

describe("what a row may get wrong", () => {
  const rowOf = (shownBy: string): FaultRow => faultRows(`| 1 | a crash | nothing is lost | ${shownBy} |`)[0]!;

  it("a file that is not there, and a title that is not in it", () => {
    expect(missingTests(rowOf('`test/no.test.ts` › "title"'), read)).toEqual(["1: there is no test/no.test.ts"]);
    expect(missingTests(rowOf('`test/figures.ts` › "title"'), read)).toEqual(['1: test/figures.ts has no "title"']);
    expect(missingTests(rowOf('`test/docs/faults.test.ts` › "its first lines count the rows"'), read)).toEqual([]);
  });
  it("a cell that says something else", () => {
    expect(rowOf("somewhere").state).toBe("unclear");
    expect(rowOf("no test yet").state).toBe("unclear");
    expect(rowOf("belongs to: Postgres work").state).toBe("belonging");
    expect(rowOf("a matter of: the database").state).toBe("database");
    expect(rowOf("a matter of: luck").state).toBe("unclear");
  });
});
