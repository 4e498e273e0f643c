// The pages that show figures, each benchmark's between marks of its own. What stands between them is never typed.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./command.ts";

/** A place for the figures of one benchmark, in one page. */
export interface Page<Results> {
  /** From the root of the repository. */
  readonly path: string;
  /** `types`: its marks name the benchmark. */
  readonly benchmark: string;
  readonly write: (results: Results) => string;
}

/** The page with its figures as they are in the results. */
export function withFigures<Results>(page: Page<Results>, text: string, results: Results): string {
  const beginMark = `<!-- bench/${page.benchmark}: written by npm run bench:${page.benchmark} -->`;
  const endMark = `<!-- bench/${page.benchmark}: end -->`;
  const begin = text.indexOf(beginMark);
  const end = text.indexOf(endMark);
  if (begin < 0 || end < begin) throw new Error(`${page.path} has no place for figures: ${beginMark} and ${endMark}`);
  return `${text.slice(0, begin + beginMark.length)}\n\n${page.write(results)}\n\n${text.slice(end)}`;
}

export function readPage({ path }: { readonly path: string }): string {
  return readFileSync(join(ROOT, path), "utf8");
}

export function writePages<Results>(pages: readonly Page<Results>[], results: Results): void {
  for (const page of pages) writeFileSync(join(ROOT, page.path), withFigures(page, readPage(page), results));
}
