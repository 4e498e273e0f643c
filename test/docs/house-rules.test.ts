// A rule that cannot fail is no rule: wrong code of each kind, planted in a copy of the sources, is found there.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { lintTree } from "../../scripts/checks/lint-report.ts";
import { REPOSITORY } from "../../scripts/packed-package.ts";

interface Planted {
  readonly what: string;
  readonly file: string;
  readonly code: string;
  readonly rule: string;
  readonly message: string;
}

const TABLE = "(the table in ARCHITECTURE.md)";
const PORT = "comes through a port (core/clock.ts, core/ids.ts)";
const lines = (count: number) =>
  "export const value = 1;\n".replace("value", "first") + "// a line\n".repeat(count - 1);

const PLANTED: readonly Planted[] = [
  ...importing("core", "../durable/journal-fold.ts", `core may import nothing of it: "durable" ${TABLE}`),
  ...importing("durable", "../app/create-app.ts", `durable may import nothing of it: "app" ${TABLE}`),
  ...importing("durable", "../stores/memory/memory-store.ts", `durable may import nothing of it: "stores" ${TABLE}`),
  ...importing("stores", "../telemetry/console-story.ts", `stores may import nothing of it: "telemetry" ${TABLE}`),
  ...importing("telemetry", "../durable/worker.ts", `telemetry may import nothing of it: "durable" ${TABLE}`),
  ...importing("internal", "../core/errors.ts", `internal may import nothing of it: "core" ${TABLE}`),
  ...importing("app", "../durable/durable-store.ts", `app may import only types of it: "durable" ${TABLE}`),
  ...importing("core", "../testing/manual-clock.ts", `core may import nothing of it: "testing" ${TABLE}`),
  ...importing("core", "../index.ts", `core may import nothing of it: "doors" ${TABLE}`),
  {
    what: "a type of a room behind, imported in place",
    file: "src/core/planted-type.ts",
    code: 'export type Store = import("../durable/store.ts").Store;\n',
    rule: "house(import-direction)",
    message: `core may import nothing of it: "durable" ${TABLE}`,
  },
  {
    what: "an import at run time",
    file: "src/core/planted-dynamic.ts",
    code: 'export const load = () => import("../app/create-app.ts");\n',
    rule: "house(import-direction)",
    message: `core may import nothing of it: "app" ${TABLE}`,
  },
  {
    what: "a module of Node's in core",
    file: "src/core/planted-node.ts",
    code: 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n',
    rule: "house(import-direction)",
    message: 'core runs in browsers too: no import of "node:fs"',
  },
  {
    what: "a door that exports everything",
    file: "src/planted-door.ts",
    code: 'export * from "./core/errors.ts";\n',
    rule: "house(no-export-all)",
    message: "doors export explicit names, never *",
  },
  ...ambient("Date.now", "export const now = Date.now();"),
  ...ambient("Date.now", "export const clock = Date.now;"),
  ...ambient("Math.random", "export const dice = () => Math.random();"),
  ...ambient("performance.now", "export const elapsed = globalThis.performance.now();"),
  ...ambient("setTimeout", "export const wait = (call: () => void) => setTimeout(call, 5);"),
  ...ambient("crypto.randomUUID", "export const id = crypto.randomUUID();"),
  ...ambient("new Date()", "export const today = new Date();"),
  ...ambient(
    'what "node:timers/promises" gives',
    'import { setTimeout } from "node:timers/promises"; export const nap = setTimeout;',
    "durable",
  ),
  ...ambient(
    'what "node:crypto" gives',
    'import { randomBytes } from "node:crypto"; export const bytes = randomBytes;',
    "durable",
  ),
  {
    what: "a bare Error that is thrown",
    file: "src/core/planted-error.ts",
    code: 'export function fail(): never {\n  throw new Error("no");\n}\n',
    rule: "house(named-errors)",
    message: "throw a class of core/errors.ts instead of Error: what can a user do about it?",
  },
  {
    what: "a bare Error that rejects",
    file: "src/durable/planted-reject.ts",
    code: 'export const fail = () => Promise.reject(new TypeError("no"));\n',
    rule: "house(named-errors)",
    message: "throw a class of core/errors.ts instead of TypeError: what can a user do about it?",
  },
  {
    what: "a pure file that waits",
    file: "src/core/planted-pure.ts",
    code: "// Decides something. Pure.\nexport const decide = async () => 5;\n",
    rule: "house(pure-files)",
    message: "this file says that it is pure: no await, no async, no node: import",
  },
  {
    what: "a class with state and no header",
    file: "src/core/planted-state.ts",
    code: "export class Counter {\n  #count = 0;\n  next(): number {\n    return ++this.#count;\n  }\n}\n",
    rule: "house(state-header)",
    message: "a file with state opens with a header: Owns, Does not own, Called by, its invariants",
  },
  {
    what: "a name that says nothing",
    file: "src/core/planted-utils.ts",
    code: "export const value = 1;\n",
    rule: "house(telling-names)",
    message: '"planted-utils.ts" says nothing: name the noun that is in it',
  },
  {
    what: "a file of 401 lines",
    file: "src/core/planted-long.ts",
    code: lines(401),
    rule: "eslint(max-lines)",
    message: "File has too many lines (401).",
  },
  {
    what: "a test file of 401 lines",
    file: "src/core/planted-long.test.ts",
    code: lines(401),
    rule: "eslint(max-lines)",
    message: "File has too many lines (401).",
  },
  {
    what: "a function of 61 lines",
    file: "src/core/planted-function.ts",
    code: `export function long(): number {\n${"  // a line\n".repeat(58)}  return 1;\n}\n`,
    rule: "eslint(max-lines-per-function)",
    message: "The function `long` has too many lines (61). Maximum allowed is 60.",
  },
  {
    what: "an import cycle, of types alone",
    file: "src/core/planted-cycle.ts",
    code: 'import type { Other } from "./planted-other.ts";\nexport interface One {\n  readonly other: Other;\n}\n',
    rule: "import(no-cycle)",
    message: "Dependency cycle detected",
  },
  {
    what: "a promise that floats",
    file: "src/core/planted-floating.ts",
    code: "export function go(work: () => Promise<void>): void {\n  work();\n}\n",
    rule: "typescript(no-floating-promises)",
    message: "Promises must be awaited",
  },
  {
    what: "a step that floats",
    file: "src/core/planted-step.ts",
    code: 'import { step } from "./step.ts";\nexport function go(): void {\n  step.run("Charge", () => 1);\n}\n',
    rule: "typescript(no-floating-promises)",
    message: "Promises must be awaited",
  },
];

const RIGHT: readonly (readonly [string, string])[] = [
  ["src/core/planted-right.ts", 'import { never } from "../internal/never.ts";\nexport const right = never;\n'],
  ["src/core/planted-right.test.ts", 'export const now = Date.now();\nthrow new Error("a test may");\n'],
  ["src/core/planted-400.ts", lines(400)],
  ["src/app/planted-types.ts", 'import type { Store } from "../durable/store.ts";\nexport type Kept = Store;\n'],
  ["src/internal/planted-bug.ts", 'export function bug(): never {\n  throw new Error("a bug");\n}\n'],
];
const OTHER = 'import type { One } from "./planted-cycle.ts";\nexport interface Other {\n  readonly one: One;\n}\n';

const copy = mkdtempSync(join(tmpdir(), "surefoot-planted-"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));
for (const name of ["src", "scripts/lint", "ARCHITECTURE.md", ".oxlintrc.json", "package.json"]) {
  cpSync(join(REPOSITORY, name), join(copy, name), { recursive: true });
}
for (const name of ["tsconfig.json", "tsconfig.base.json"]) cpSync(join(REPOSITORY, name), join(copy, name));
symlinkSync(join(REPOSITORY, "node_modules"), join(copy, "node_modules"), "junction");
plant([["src/core/planted-other.ts", OTHER], ...RIGHT, ...PLANTED.map(({ file, code }) => [file, code] as const)]);
const found = lintTree(copy, ["src"]);

describe("the linter", () => {
  it.each(PLANTED)("finds $what", ({ file, rule, message }) => {
    const there = found.filter((problem) => problem.file === file && problem.rule === rule);
    expect(there.map((problem) => problem.message)).toContainEqual(expect.stringContaining(message));
  });
  it("says nothing of what is right", () => {
    const names = new Set(RIGHT.map(([file]) => file));
    expect(found.filter(({ file }) => names.has(file))).toEqual([]);
  });
  it("reads the table of ARCHITECTURE.md: what is written there is allowed", () => {
    const file = "src/core/planted-durable-journal-fold-ts.ts";
    expect(PLANTED.map((planted) => planted.file)).toContain(file);
    const page = readFileSync(join(copy, "ARCHITECTURE.md"), "utf8");
    const wider = page.replace(/^core( +)→ internal$/m, "core$1→ internal, durable");
    expect(wider).not.toBe(page);
    writeFileSync(join(copy, "ARCHITECTURE.md"), wider);
    expect(lintTree(copy, [file]).filter(({ rule }) => rule === "house(import-direction)")).toEqual([]);
  });
  it("is asked about each rule of the house's own", () => {
    const config = JSON.parse(readFileSync(join(REPOSITORY, ".oxlintrc.json"), "utf8")) as {
      readonly rules: Readonly<Record<string, unknown>>;
    };
    const own = Object.keys(config.rules).filter((name) => name.startsWith("house/"));
    const planted = new Set(PLANTED.map(({ rule }) => rule));
    expect(own.length).toBeGreaterThan(6);
    expect(own.filter((name) => !planted.has(`house(${name.slice("house/".length)})`))).toEqual([]);
  });
});

function plant(files: readonly (readonly [string, string])[]): void {
  for (const [file, code] of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), code);
  }
}

function importing(room: string, from: string, message: string): readonly Planted[] {
  const file = `src/${room}/planted${from.replace(/\W+/g, "-")}.ts`;
  const code = `import * as other from "${from}";\nexport const kept = other;\n`;
  return [{ what: `${room} importing ${from}`, file, code, rule: "house(import-direction)", message }];
}

function ambient(name: string, code: string, room = "core"): readonly Planted[] {
  const file = `src/${room}/planted-${Buffer.from(code).toString("hex").slice(-40)}.ts`;
  return [
    { what: `${name} in ${room}`, file, code: `${code}\n`, rule: "house(ports-only)", message: `${name} ${PORT}` },
  ];
}
