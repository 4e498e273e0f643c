// House rules 5 and 8 in the tests: nothing is skipped without a reason, each port has its suite, no unit test sleeps. Pure.
import { importsOf } from "./imports.ts";
import { headerOf, type TreeFile } from "./tree.ts";

/** Folders whose tests live in real time: processes that are killed, examples, the built package. */
const REAL_TIME = /^test\/(crash|postgres|browser|examples|demo|package|docs)\//;
const SKIPPED = /\.(skip|todo|fails|skipIf|runIf)\b\s*[(.]|\bcontext\.skip\(|\bx(it|describe)\(/;

/** Tests that do not run, unless the line above says why (`// Skipped: …`). `only` is never fine. */
export function unexplainedSkips(files: readonly TreeFile[]): readonly string[] {
  return testsAmong(files).flatMap(({ path, text }) => {
    const lines = text.split("\n");
    return lines.flatMap((line, index) => {
      const code = withoutStrings(line);
      if (/\.only\b\s*[(.]/.test(code)) return [`${path}:${index + 1}: only this runs`];
      const isExplained = /\/\/ Skipped: \w/.test(lines[index - 1] ?? "");
      return SKIPPED.test(code) && !isExplained ? [`${path}:${index + 1}: skipped, with no "// Skipped: …" above`] : [];
    });
  });
}

/** Ports (files that open with `// PORT`) whose contract suite is not there, or that no test runs. */
export function portsWithoutSuite(sources: readonly TreeFile[], users: readonly TreeFile[]): readonly string[] {
  const paths = new Set(sources.map(({ path }) => path));
  const imported = new Set(
    testsAmong(users)
      .flatMap(importsOf)
      .map(({ from }) => from),
  );
  return sources.flatMap((file) => {
    const suite = /Contract suite: ([\w/-]+)\.ts/.exec(headerOf(file))?.[1];
    if (!headerOf(file).startsWith("// PORT") || suite === undefined) return [];
    const path = `src/${suite}.ts`;
    if (!paths.has(path)) return [`${file.path}: its contract suite ${path} is not there`];
    return imported.has(path) ? [] : [`${file.path}: no test runs its contract suite ${path}`];
  });
}

/** Unit tests that wait by the real clock. */
export function sleepingTests(files: readonly TreeFile[]): readonly string[] {
  return testsAmong(files)
    .filter(({ path }) => !REAL_TIME.test(path))
    .flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, index) => {
        const code = withoutStrings(line);
        const isSleep =
          /\bsetTimeout\(\s*\w+\s*,|\bAtomics\.wait\(/.test(code) || /from "node:timers\/promises/.test(line);
        return isSleep ? [`${path}:${index + 1}: waits by the real clock`] : [];
      }),
    );
}

function testsAmong(files: readonly TreeFile[]): readonly TreeFile[] {
  return files.filter(({ path }) => path.endsWith(".test.ts"));
}

function withoutStrings(line: string): string {
  return line.replace(/\/\/.*$/, "").replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '""');
}
