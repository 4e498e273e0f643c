// The checks of `npm run verify` that are no linter's: each finds what it is there for, and nothing else.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { docstringProblems, missingDocstrings } from "../../scripts/check-docstrings.ts";
import { changesetProblems, noteProblems, readChangeset } from "../../scripts/checks/changesets.ts";
import { deadExports } from "../../scripts/checks/dead-exports.ts";
import { silencingComments, weakenedRules } from "../../scripts/checks/exemptions.ts";
import { medianLines, medianProblems } from "../../scripts/checks/file-sizes.ts";
import { houseChecks } from "../../scripts/checks/house.ts";
import { portsWithoutSuite, sleepingTests, unexplainedSkips } from "../../scripts/checks/test-habits.ts";
import type { TreeFile } from "../../scripts/checks/tree.ts";
import { testReach } from "../../scripts/checks/untested-files.ts";
import { REPOSITORY } from "../../scripts/packed-package.ts";

const file = (path: string, ...lines: readonly string[]): TreeFile => ({ path, text: `${lines.join("\n")}\n` });

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function tree(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-tree-"));
  made.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe("the list of checks", () => {
  const { checks } = houseChecks();
  it("has a line for each house rule of CONTRIBUTING.md", () => {
    const page = readFileSync(join(REPOSITORY, "CONTRIBUTING.md"), "utf8");
    const rules = [...page.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
    expect(rules).toHaveLength(12);
    expect([...new Set(checks.flatMap(({ rule }) => rule ?? []))]).toEqual(rules);
  });
  it("says of what no tool checks that none does", () => {
    const unchecked = checks.filter(({ find }) => find === undefined).map(({ rule }) => rule);
    expect(unchecked).toEqual([3, 4, 6, 7, 9, 10]);
  });
});

describe("dead exports", () => {
  const sources = [
    file("src/index.ts", 'export { open } from "./core/open.ts";', 'export type { Passed } from "./core/open.ts";'),
    file(
      "src/core/open.ts",
      'import { used } from "./used.ts";',
      "export function open(): Shape { return used(); }",
      "export interface Passed {}",
      "export interface Shape {}",
      "export const atHome = 1;",
      "export const nowhere = atHome;",
      "export const tested = () => nowhere;",
      "export const testedAtHome = () => 1;",
      "testedAtHome();",
    ),
    file("src/core/used.ts", "export const used = () => ({});", "export const dynamic = 1;", "export type Far = 1;"),
    file("src/core/asks.ts", 'void import("./used.ts");', 'export type X = import("./open.ts").Shape;'),
    file("src/testing/clock.ts", "export const clock = 1;", "export const unwatched = 1;"),
  ];
  const users = [
    file("src/core/open.test.ts", 'import { tested, testedAtHome } from "./open.ts";'),
    file("test/x.test.ts", 'import { clock } from "../src/testing/clock.ts";'),
  ];
  it("are those that nobody imports, and those that only tests use", () => {
    expect(deadExports(sources, users)).toEqual([
      "src/core/open.ts:5: atHome: only its own file uses it: it needs no export",
      "src/core/open.ts:6: nowhere: only its own file uses it: it needs no export",
      "src/core/open.ts:7: tested: only tests use it: remove both",
      "src/core/asks.ts:2: X: nothing uses it",
      "src/testing/clock.ts:2: unwatched: nothing uses it",
    ]);
  });
});

describe("tests and the files that they name", () => {
  const decides = (path: string, ...lines: readonly string[]) =>
    file(path, "// Decides. Pure.", ...lines, "export const f = () => 1;");
  const sources = [
    file("src/core/edge.ts", 'import { f } from "./named.ts";', 'import "./alone.ts";', "export const g = () => f();"),
    file("src/core/far.ts", "export const h = () => 1;"),
    file("src/core/types.ts", "export interface Nothing {}"),
    decides("src/core/named.ts"),
    decides("src/core/beside.ts"),
    decides("src/core/said.ts"),
    decides("src/core/alone.ts"),
  ];
  const users = [
    file("test/a.test.ts", "// What core/said decides.", 'import { g } from "../src/core/edge.ts";'),
    file("test/b.test.ts", 'import { f } from "../src/core/named.ts";'),
    file("src/core/beside.test.ts", ""),
    file("examples/main.ts", 'import { h } from "../src/core/far.ts";'),
  ];
  it("are looked up: by import, by place, by what the test says", () => {
    expect(testReach(sources, users)).toEqual({
      unreached: ["src/core/far.ts"],
      unnamed: ["src/core/alone.ts"],
      throughOthers: [],
    });
  });
});

describe("exemptions", () => {
  const config = JSON.parse(readFileSync(join(REPOSITORY, ".oxlintrc.json"), "utf8")) as {
    readonly rules: Readonly<Record<string, unknown>>;
    readonly overrides: readonly {
      readonly files: readonly string[];
      readonly rules: Readonly<Record<string, unknown>>;
    }[];
  };
  it("are not in the linter's configuration", () => {
    expect(weakenedRules(config)).toEqual([]);
  });
  it.each([
    [
      { ...config, rules: { ...config.rules, "house/ports-only": "off" } },
      "house/ports-only is not an error everywhere",
    ],
    [{ ...config, rules: { ...config.rules, "max-lines": ["error", { max: 500 }] } }, "max-lines is not an error"],
    [{ ...config, overrides: [] }, "max-lines-per-function is not an error everywhere"],
    [
      { ...config, overrides: [...config.overrides, { files: ["src/core/big.ts"], rules: { "max-lines": "off" } }] },
      "max-lines is weaker for src/core/big.ts",
    ],
    [{ ...config, ignorePatterns: ["src/core/big.ts"] }, '"src/core/big.ts" is not linted'],
  ])("are found there: %#", (weaker, message) => {
    expect(weakenedRules(weaker)).toContainEqual(expect.stringContaining(message));
  });
  it("are found in comments, and only there", () => {
    const text = [
      "// @ts-ignore",
      "const a = '// oxlint-disable-line';",
      "// @ts-expect-error",
      "// @ts-expect-error TS2322: Type 'string' is not assignable to type 'number'.",
      "/* eslint-disable max-lines */",
      "f(); // oxlint-disable-line no-shadow -- it is the shadow that is tested",
      "// oxlint-disable-next-line no-shadow",
      "// oxlint-disable-next-line house/ports-only -- just once",
    ];
    const linesFound = (path: string) => silencingComments([file(path, ...text)]).map((line) => line.split(":")[1]);
    expect(linesFound("test/a.test.ts")).toEqual(["1", "3", "5", "7", "8"]);
    expect(linesFound("src/core/a.ts")).toEqual(["1", "3", "5", "6", "7", "8"]);
  });
});

describe("habits of tests", () => {
  it("skipping is found where no reason stands above, running alone always", () => {
    const test = file(
      "test/a.test.ts",
      'it.skip("a", () => {});',
      "// Skipped: needs a disk that lies",
      'it.skipIf(isMac)("b", () => {});',
      'describe.only("c", () => {});',
      'it.todo("d");',
      'expect("it.skip(").toBe(text.skip);',
    );
    expect(unexplainedSkips([test]).map((line) => line.split(":")[1])).toEqual(["1", "4", "5"]);
  });
  it("sleeping is found in unit tests", () => {
    const lines = ["await new Promise((resolve) => setTimeout(resolve, 50));", "setTimeout(() => emit(), 1);"];
    expect(sleepingTests([file("test/bodies/a.test.ts", ...lines)])).toEqual([
      "test/bodies/a.test.ts:1: waits by the real clock",
    ]);
    expect(sleepingTests([file("test/crash/a.test.ts", ...lines)])).toEqual([]);
  });
  it("a port without a suite that a test runs is found", () => {
    const port = file("src/core/engine.ts", "// PORT Engine: x.", "// Contract suite: testing/engine-contract.ts.");
    const suite = file("src/testing/engine-contract.ts", "export const suite = 1;");
    const test = file("src/core/a.test.ts", 'import { suite } from "../testing/engine-contract.ts";');
    expect(portsWithoutSuite([port], [])).toEqual([expect.stringContaining("is not there")]);
    expect(portsWithoutSuite([port, suite], [])).toEqual([expect.stringContaining("no test runs")]);
    expect(portsWithoutSuite([port, suite], [test])).toEqual([]);
  });
});

describe("the median file", () => {
  it("is neither a scrap nor a heap", () => {
    const files = (count: number) => [1, count, 500].map((n) => file(`src/${n}.ts`, ...Array<string>(n).fill("//")));
    expect(medianLines(files(86))).toBe(86);
    expect(medianProblems(files(86))).toEqual([]);
    expect(medianProblems(files(39))).toHaveLength(1);
    expect(medianProblems(files(131))).toHaveLength(1);
  });
});

describe("changesets", () => {
  const NOTE = '---\n"surefoot": minor\n---\n\nSteps may now be named by a symbol.\n';
  const manifest = JSON.stringify({ name: "surefoot" });
  it("are asked for when something that ships has changed since the last release", () => {
    const root = tree({ "package.json": manifest, "src/a.ts": "1", "src/a.test.ts": "1" });
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
        cwd: root,
        stdio: "ignore",
      });
    git("init", "-q");
    expect(changesetProblems(root)).toEqual([expect.stringContaining("run npx changeset")]);
    mkdirSync(join(root, ".changeset"));
    writeFileSync(join(root, ".changeset/new.md"), NOTE);
    expect(changesetProblems(root)).toEqual([]);
    rmSync(join(root, ".changeset/new.md"));
    writeFileSync(join(root, "CHANGELOG.md"), "# 1.0.0");
    git("add", "-A");
    git("commit", "-q", "-m", "release");
    expect(changesetProblems(root)).toEqual([]);
    writeFileSync(join(root, "src/a.test.ts"), "2");
    expect(changesetProblems(root)).toEqual([]);
    writeFileSync(join(root, "src/a.ts"), "2");
    expect(changesetProblems(root)).toHaveLength(1);
  });
  it("name a bump of the package, and are written for users", () => {
    expect(noteProblems(readChangeset("a.md", NOTE, "surefoot"))).toEqual([]);
    expect(noteProblems(readChangeset("a.md", NOTE, "other"))).toHaveLength(1);
    expect(noteProblems(readChangeset("a.md", NOTE.replace("minor", "huge"), "surefoot"))).toHaveLength(1);
    expect(noteProblems(readChangeset("a.md", "---\nsurefoot: patch\n---\n\nfix stuff\n", "surefoot"))).toHaveLength(1);
  });
});

describe("docstrings", () => {
  const all = { when: true, replay: true, example: true };
  it("say what is wanted of them", () => {
    expect(docstringProblems("", [], undefined)).toEqual(["has no docstring"]);
    expect(docstringProblems("Runs a body.", [], undefined)).toEqual([]);
    expect(docstringProblems("Runs a body.", [], all)).toHaveLength(3);
    expect(docstringProblems("Runs it.\n\nUse it for effects. On replay, nothing runs.", ["example"], all)).toEqual([]);
  });
  it("are looked for behind each door", () => {
    const root = tree({
      "package.json": JSON.stringify({ exports: { ".": { types: "./dist/index.d.ts" } } }),
      "src/index.ts": 'export { createApp } from "./a.ts";\nexport type { Shape } from "./a.ts";\n',
      "src/a.ts": "/** Makes an app. */\nexport function createApp() {}\nexport interface Shape {}\n",
    });
    const missing = missingDocstrings(root);
    expect(missing).toContain("src/a.ts:3: Shape: has no docstring");
    expect(missing).toContain("src/a.ts:2: createApp: has no @example");
    expect(missing).toContain("sqlite: no door exports it: change scripts/check-docstrings.ts");
    expect(missing.filter((line) => line.includes("createApp"))).toHaveLength(3);
  });
});
