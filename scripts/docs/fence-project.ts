// Compiles and runs the code of documentation against the packed package. One fence is one module.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileProject, type Compiler } from "../compile-project.ts";
import { REPOSITORY, type PackedPackage } from "../packed-package.ts";
import { CLAIM_IMPORT, CLAIM_MODULE, countClaims, withClaims } from "./claims.ts";
import type { Fence } from "./fences.ts";
import { exportedNames, importsPackage, isInsideGenerator, missingNames } from "./names.ts";

/** What fences may use without declaring it, besides the package: one file, so that all pages speak of one business. */
export const FIXTURE = join(REPOSITORY, "test/docs/fixture.d.ts");

/** What a fence may use without importing it, if it imports nothing from the package. */
const DOORS = {
  surefoot: "src/index.ts",
  "surefoot/analytics": "src/analytics.ts",
  "surefoot/logs": "src/logs.ts",
  "surefoot/memory": "src/memory.ts",
  "surefoot/otel": "src/otel.ts",
  "surefoot/postgres": "src/postgres.ts",
  "surefoot/sqlite": "src/sqlite.ts",
  "surefoot/testing": "src/testing.ts",
};

/** Around an example that yields: it is the inside of a handler. */
const IN_A_HANDLER = `app.createFunction({ name: "Example" }, { event: "example" }, function* ({ event, step }) { void event; `;

const COMPILER_OPTIONS = {
  target: "es2022",
  lib: ["es2022"],
  module: "nodenext",
  moduleResolution: "nodenext",
  types: ["node"],
  strict: true,
  declaration: true,
  skipLibCheck: true,
  outDir: "emitted",
  rootDir: ".",
};

/** Problems of documentation, as `page:line: what`. */
export type Problems = readonly string[];

/** Type-checks each fence as a module of its own, with the types that its comments claim. */
export function compileFences(packed: PackedPackage, compiler: Compiler, fences: readonly Fence[]): Problems {
  const folder = newProject(packed);
  const files = new Map(fences.map((fence, index) => [`fence-${index}.ts`, fence]));
  const namesByDoor = Object.entries(DOORS).map(
    ([door, path]) => [door, exportedNames(readFileSync(join(REPOSITORY, path), "utf8"))] as const,
  );
  const fixtureNames = exportedNames(readFileSync(FIXTURE, "utf8"));
  const problems: string[] = [];
  for (const [file, fence] of files) {
    const checked = withClaims(fence.code.replaceAll("{…}", "{}"));
    const wrapped = checked.match(/\bclaimed(Run)?</g)?.length ?? 0;
    if (wrapped !== countClaims(fence.code))
      problems.push(`${fence.page}:${fence.line}: a comment claims the type of no statement`);
    const code = isInsideGenerator(checked) ? `${IN_A_HANDLER}${checked}});\n` : checked;
    const imports = [
      CLAIM_IMPORT,
      ...namesByDoor.map(([door, names]) => importLine(importsPackage(code) ? [] : missingNames(code, names), door)),
      importLine(missingNames(code, fixtureNames), "./fixture.js"),
    ];
    // On one line with the code, so that lines are the page's.
    writeFileSync(join(folder, file), `${imports.join(" ")} ${code}export {};\n`);
  }
  for (const { file, line, code, text } of compileProject(compiler, folder)) {
    const fence = files.get(file);
    const place = fence === undefined ? file : `${fence.page}:${fence.line + line - 1}`;
    problems.push(`${place}: ${code}: ${text.replaceAll("\n", " ")}`);
  }
  return problems;
}

/** Runs a fence as a program of its own; it ends by itself within half a minute, and complains of nothing. */
export function runFence(
  packed: PackedPackage,
  fence: Fence,
): { readonly printed: string; readonly problems: Problems } {
  const folder = mkdtempSync(join(packed.consumer, "run-"));
  writeFileSync(join(folder, "program.ts"), fence.code);
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, ["program.ts"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 30_000,
  });
  const place = `${fence.page}:${fence.line}`;
  const problems = [
    ...(signal === null ? [] : [`${place}: it did not end by itself within 30 s`]),
    ...(status === 0 || signal !== null ? [] : [`${place}: it ended with ${status}`]),
    ...(stderr === "" ? [] : [`${place}: it printed to standard error: ${stderr.trim()}`]),
  ];
  return { printed: stdout, problems };
}

/** What a program prints, without what differs from run to run: ids, times, and how columns are set. */
export function withoutTimes(printed: string): string {
  return printed
    .replace(/\brun_[\w…]+/g, "run_…")
    .replace(/\d{4}-\d\d-\d\d(T[\d:.]+Z?)?/g, "<date>")
    .replace(/\b\d+(\.\d+)? ?(ms|s|min|h)\b/g, "<time>")
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .join("\n")
    .trim();
}

function newProject({ consumer }: PackedPackage): string {
  const folder = mkdtempSync(join(consumer, "docs-"));
  const types = join(consumer, "node_modules/@types");
  mkdirSync(types, { recursive: true });
  linkOnce(join(REPOSITORY, "node_modules/@types/node"), join(types, "node"));
  const files = { compilerOptions: COMPILER_OPTIONS, include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(files));
  writeFileSync(join(folder, "claims.d.ts"), CLAIM_MODULE);
  copyFileSync(FIXTURE, join(folder, "fixture.d.ts"));
  return folder;
}

function linkOnce(target: string, path: string): void {
  try {
    symlinkSync(target, path, "junction");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function importLine(names: readonly string[], from: string): string {
  return names.length === 0 ? "" : `import { ${names.join(", ")} } from "${from}";`;
}
