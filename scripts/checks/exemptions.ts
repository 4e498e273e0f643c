// House rule 1, its second half: nobody is exempt. Pure.
import ts from "typescript59";
import type { TreeFile } from "./tree.ts";

/** The rules that carry house rules, and the least that each asks for. */
const CARRYING: Readonly<Record<string, { readonly max?: number }>> = {
  "house/import-direction": {},
  "house/no-export-all": {},
  "house/ports-only": {},
  "house/named-errors": {},
  "house/pure-files": {},
  "house/state-header": {},
  "house/telling-names": {},
  "import/no-cycle": {},
  "typescript/no-floating-promises": {},
  "max-lines": { max: 400 },
  "max-lines-per-function": { max: 60 },
};

interface LintConfig {
  readonly ignorePatterns?: readonly string[];
  readonly rules?: Readonly<Record<string, unknown>>;
  readonly overrides?: readonly {
    readonly files: readonly string[];
    readonly rules?: Readonly<Record<string, unknown>>;
  }[];
}

/** What the linter's configuration lets somebody off: a rule that is missing, weaker, or off for some files. */
export function weakenedRules(config: LintConfig): readonly string[] {
  const { rules = {}, overrides = [], ignorePatterns = [] } = config;
  const everywhere = { ...Object.assign({}, ...overrides.filter(isForSources).map((one) => one.rules)), ...rules };
  const missing = Object.keys(CARRYING).flatMap((rule) =>
    isKept(rule, everywhere[rule]) ? [] : [`${rule} is not an error everywhere, with what the house asks for`],
  );
  const off = overrides.flatMap(({ files, rules: changed = {} }) =>
    Object.entries(changed)
      .filter(
        ([rule, setting]) => rule.replace("eslint/", "") in CARRYING && !isKept(rule.replace("eslint/", ""), setting),
      )
      .map(([rule]) => `${rule} is weaker for ${files.join(", ")}`),
  );
  const ignored = ignorePatterns
    .filter((pattern) => !/^(\*\*\/)?(dist|node_modules)\b/.test(pattern))
    .map((pattern) => `"${pattern}" is not linted`);
  return [...missing, ...off, ...ignored];
}

/**
 * Comments that switch a compiler, a linter or a formatter off.
 *
 * In the sources there are none. Elsewhere one line may be let off a stock rule, or a formatter, if the comment says why
 * (`-- it returns the step instead`), or the one above it does. A house rule has no exemption, and an expected error
 * stands beside its message.
 */
export function silencingComments(files: readonly TreeFile[]): readonly string[] {
  return files.flatMap((file) => {
    const lines = file.text.split("\n");
    return commentsOf(file).flatMap(({ line, text }) => {
      const what = text
        .replace(/^[/*\s]+/, "")
        .split("\n")[0]!
        .trim();
      const isExplainedAbove = /^\s*\/\/ \w/.test(lines[line - 2] ?? "");
      const problem = silenceProblem(file.path, what, isExplainedAbove);
      return problem === undefined ? [] : [`${file.path}:${line}: ${problem}: ${what}`];
    });
  });
}

function silenceProblem(path: string, comment: string, isExplainedAbove: boolean): string | undefined {
  if (/^@ts-(ignore|nocheck)\b|^(istanbul|c8|v8) ignore\b/.test(comment)) return "switches a check off";
  if (/^@ts-expect-error\b(?!.*\w{3,})/.test(comment)) return "names no message";
  const [, kind, rest = ""] = /^((?:oxlint|eslint)-\w+(?:-\w+)*|(?:oxfmt|prettier)-ignore)\b(.*)$/.exec(comment) ?? [];
  if (kind === undefined || kind.endsWith("-enable")) return undefined;
  if (path.startsWith("src/") && !/\.test(-d)?\.ts$/.test(path)) return "lets a source off";
  if (kind.endsWith("-disable")) return "lets a whole file off";
  if (Object.keys(CARRYING).some((rule) => rest.includes(rule))) return "lets somebody off a house rule";
  return /--\s+\S/.test(rest) || isExplainedAbove ? undefined : "says no reason (-- why)";
}

function isForSources({ files }: { readonly files: readonly string[] }): boolean {
  return files.includes("src/**/*.ts");
}

function isKept(rule: string, setting: unknown): boolean {
  const [level, options] = Array.isArray(setting)
    ? (setting as [unknown, { readonly max?: number }?])
    : [setting, undefined];
  const { max } = CARRYING[rule] ?? {};
  return (level === "error" || level === 2) && (max === undefined || (options?.max ?? Infinity) <= max);
}

function commentsOf({ path, text }: TreeFile): readonly { readonly line: number; readonly text: string }[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const ranges = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    for (const range of [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ]) {
      ranges.set(range.pos, range);
    }
    for (const child of node.getChildren(source)) if (child.kind !== ts.SyntaxKind.JSDoc) visit(child);
  };
  visit(source);
  return [...ranges.values()]
    .toSorted((a, b) => a.pos - b.pos)
    .map(({ pos, end }) => ({
      line: source.getLineAndCharacterOfPosition(pos).line + 1,
      text: text.slice(pos, end),
    }));
}
