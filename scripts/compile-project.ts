// Compiles a folder with one of the two compilers that the published types answer to, and reads what it says.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { REPOSITORY } from "./packed-package.ts";

/** The project's compiler, and the last one before it. */
export const COMPILERS = { "7.0": "typescript/bin/tsc", "5.9": "typescript59/lib/tsc.js" } as const;
export type Compiler = keyof typeof COMPILERS;

export interface Diagnostic {
  /** From the compiled folder; `""` for what is said of no file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `TS2322` */
  readonly code: string;
  /** All lines of the message. */
  readonly text: string;
}

/** Compiles the `tsconfig.json` of a folder. */
export function compileProject(compiler: Compiler, folder: string): readonly Diagnostic[] {
  return runCompiler(compiler, folder, []).diagnostics;
}

/** The same with more flags of the compiler's, and all that it printed. */
export function runCompiler(
  compiler: Compiler,
  folder: string,
  flags: readonly string[],
): { readonly diagnostics: readonly Diagnostic[]; readonly printed: string } {
  const tsc = join(REPOSITORY, "node_modules", COMPILERS[compiler]);
  const { stdout, stderr, error, status } = spawnSync(
    process.execPath,
    [tsc, "--project", "tsconfig.json", "--pretty", "false", ...flags],
    { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  if (error !== undefined) throw error;
  const diagnostics = readDiagnostics(stdout);
  if (status !== 0 && diagnostics.length === 0) throw new Error(`TypeScript ${compiler} broke: ${stdout}${stderr}`);
  return { diagnostics, printed: stdout };
}

/** Reads what `tsc --pretty false` prints: a line for each diagnostic, its details indented below. */
export function readDiagnostics(printed: string): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const line of printed.split(/\r?\n/)) {
    const start = /^(?:(.+?)\((\d+),(\d+)\): )?error (TS\d+): (.*)$/.exec(line);
    const last = found.at(-1);
    if (start !== null) {
      const [, file = "", row = "0", column = "0", code = "", text = ""] = start;
      found.push({ file, line: Number(row), column: Number(column), code, text });
    } else if (last !== undefined && line.startsWith(" ")) {
      found[found.length - 1] = { ...last, text: `${last.text}\n${line.trim()}` };
    }
  }
  return found;
}

/** As people read them, one line each. */
export function showDiagnostics(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(
    ({ file, line, column, code, text }) => `${file}(${line},${column}): ${code}: ${text.split("\n")[0] ?? ""}`,
  );
}
