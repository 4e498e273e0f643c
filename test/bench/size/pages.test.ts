// The pages that show how heavy surefoot is, and what the benchmark is told.
import { describe, expect, it } from "vitest";
import { readOptions } from "../../../bench/size/options.ts";
import { PAGES } from "../../../bench/size/pages.ts";
import { RESULTS, type Results } from "../../../bench/size/results.ts";
import { readFigures } from "../../../bench/shared/results-file.ts";
import { UsageError } from "../../../bench/shared/usage.ts";
import { WEIGHED_NAMES } from "../../../scripts/weight/programs.ts";
import { describePages } from "../page-cases.ts";

const results = readFigures(RESULTS) as Results;

describePages(PAGES, results, {
  ...results,
  own: results.own.map((figure) => ({ ...figure, gzip: figure.gzip + 1_000 })),
});

it("the results hold all that is weighed, and say which goals are missed", () => {
  expect(results.own.map(({ program }) => program)).toEqual(WEIGHED_NAMES);
  const page = PAGES[1]!.write({ ...results, own: results.own.map((figure) => ({ ...figure, gzip: 9_000 })) });
  expect(page.match(/8\.0 kB, missed/g)).toHaveLength(1);
  expect(page).not.toContain("12.0 kB, missed");
});

describe("what the command is told", () => {
  it("is nothing, or to write the pages anew", () => {
    expect(readOptions([])).toEqual({ kind: "measure" });
    expect(readOptions(["--report"])).toEqual({ kind: "report" });
    expect(() => readOptions(["--rounds", "2"])).toThrow(UsageError);
  });
});
