// House rule 6, as far as files can show it. Pure.
import { hasLogic, importsOf } from "./imports.ts";
import { headerOf, type TreeFile } from "./tree.ts";

export interface TestReach {
  /** Files with logic that no test comes by, on any road. */
  readonly unreached: readonly string[];
  /** Pure files, where decisions are made, that no test names. */
  readonly unnamed: readonly string[];
  /** The other files with logic that are tested only through others. */
  readonly throughOthers: readonly string[];
}

/**
 * How tests come by each source that holds logic.
 *
 * A test names a file if it stands beside it (`x.test.ts`), imports it, or says so in the comment that it opens with
 * (`// What core/retry decides, seen through steps.`). A file that says `Pure` decides something, and
 * is to be named: that is what it was moved out for. The edges around it are tested through what uses them (the table, the
 * bodies, the crashes), so that they only have to be reached.
 */
export function testReach(sources: readonly TreeFile[], users: readonly TreeFile[]): TestReach {
  const isTestFile = ({ path }: TreeFile) => /^(src|test)\//.test(path);
  const tests = users.filter(isTestFile);
  const named = new Set(tests.flatMap(importsOf).map(({ from }) => from));
  for (const test of tests) {
    named.add(test.path.replace(/\.(test|test-d|rejects)\.ts$/, ".ts"));
    for (const [path] of headerOf(test).matchAll(/\b[a-z]+\/[a-z/-]*[a-z]\b/g)) named.add(`src/${path}.ts`);
  }
  const reached = reachedFrom(named, sources);
  const withLogic = sources.filter((file) => !file.path.startsWith("src/testing/") && hasLogic(file));
  const isPure = (file: TreeFile) => /\bPure\b/.test(headerOf(file));
  const unreached = withLogic.filter(({ path }) => !reached.has(path));
  const indirect = withLogic.filter(({ path }) => reached.has(path) && !named.has(path));
  return {
    unreached: unreached.map(({ path }) => path),
    unnamed: indirect.filter(isPure).map(({ path }) => path),
    throughOthers: indirect.filter((file) => !isPure(file)).map(({ path }) => path),
  };
}

function reachedFrom(named: ReadonlySet<string>, sources: readonly TreeFile[]): ReadonlySet<string> {
  const importsByFile = new Map(sources.map((file) => [file.path, importsOf(file).map(({ from }) => from)]));
  const reached = new Set<string>();
  const waiting = [...named];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(importsByFile.get(path) ?? []));
  }
  return reached;
}
