// What oxlint says of a tree, read once and asked by rule.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { REPOSITORY } from "../packed-package.ts";

export interface LintProblem {
  /** `house(import-direction)`, `eslint(max-lines)`. */
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

interface OxlintReport {
  readonly diagnostics: readonly {
    readonly code?: string;
    readonly message: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }[];
}

/** Lints a tree with its own configuration, types included. */
export function lintTree(root: string, paths: readonly string[] = ["."]): readonly LintProblem[] {
  const oxlint = join(REPOSITORY, "node_modules/oxlint/bin/oxlint");
  const { stdout, stderr, error } = spawnSync(
    process.execPath,
    [oxlint, "--type-aware", "--format", "json", ...paths],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  if (error !== undefined) throw error;
  if (!stdout.trimStart().startsWith("{")) throw new Error(`oxlint broke: ${stdout}${stderr}`);
  return (JSON.parse(stdout) as OxlintReport).diagnostics.map(({ code, message, filename, labels }) => ({
    rule: code ?? "syntax",
    file: filename,
    line: labels[0]?.span.line ?? 1,
    message,
  }));
}

export function showLintProblem({ rule, file, line, message }: LintProblem): string {
  return `${file}:${line}: ${rule}: ${message}`;
}
