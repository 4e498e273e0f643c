// What holds for the pages of every benchmark.
import { describe, expect, it } from "vitest";
import { readPage, withFigures, type Page } from "../../bench/shared/pages.ts";

/** The figures that stand in the pages are those of the results; `changed` has another one that the pages show. */
export function describePages<Results>(pages: readonly Page<Results>[], results: Results, changed: Results): void {
  describe.each(pages)("the figures of $benchmark in $path", (page) => {
    const text = readPage(page);
    it(`are those of results.json: npm run bench:${page.benchmark} -- --report`, () => {
      expect(withFigures(page, text, results)).toBe(text);
    });
    it("differ as soon as a figure does", () => {
      expect(withFigures(page, text, changed)).not.toBe(text);
    });
    it("need their place", () => {
      expect(() => withFigures(page, "no marks", results)).toThrow(`${page.path} has no place for figures`);
    });
  });
}
