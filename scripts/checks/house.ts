// The checks of the house, in the numbers of CONTRIBUTING.md. What no tool checks is here too, and says so.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { missingDocstrings } from "../check-docstrings.ts";
import { compileProject, showDiagnostics } from "../compile-project.ts";
import { compileFences, runFence } from "../docs/fence-project.ts";
import { documentedFences, runnableFences } from "../docs/pages.ts";
import { REPOSITORY, packPackage, type PackedPackage } from "../packed-package.ts";
import { WEIGHED_NAMES } from "../weight/programs.ts";
import { weighBundles, weighedBundles, weightProblems } from "../weight/weigh.ts";
import { changesetProblems } from "./changesets.ts";
import { deadExports } from "./dead-exports.ts";
import { silencingComments, weakenedRules } from "./exemptions.ts";
import { medianLines, medianProblems } from "./file-sizes.ts";
import { lintTree, showLintProblem, type LintProblem } from "./lint-report.ts";
import { attwProblems, publintProblems } from "./tarball.ts";
import { portsWithoutSuite, sleepingTests, unexplainedSkips } from "./test-habits.ts";
import { codeOf, headerOf, sourcesOf, usersOf } from "./tree.ts";
import { testReach } from "./untested-files.ts";

export interface Finding {
  readonly problems: readonly string[];
  /** What was measured, or what the check leaves to readers. */
  readonly note?: string;
}

export interface Check {
  /** The house rule that it holds up; undefined for what stands beside them. */
  readonly rule: number | undefined;
  readonly says: string;
  /** Undefined: no tool checks it. */
  readonly find: (() => Finding) | undefined;
}

/** Rules of the linter that carry a house rule. All others are on one line of their own. */
const CARRIED = {
  sizes: ["eslint(max-lines)", "eslint(max-lines-per-function)"],
  pure: ["house(pure-files)"],
  headers: ["house(state-header)"],
  ports: ["house(ports-only)"],
  errors: ["house(named-errors)"],
  names: ["house(telling-names)"],
  imports: ["house(import-direction)", "house(no-export-all)", "import(no-cycle)", "import(no-self-import)"],
  promises: ["typescript(no-floating-promises)", "typescript(no-misused-promises)"],
} as const;

/** Files that house rule 2 names: if they are there, they say that they are pure. */
const PURE_BY_NAME = /\/(journal-fold|retry|event-match|step-number|mismatch)\.ts$/;

/** All checks, for one look at the tree. What several of them need is made once, when the first asks. */
export function houseChecks(): { readonly checks: readonly Check[]; readonly tidyUp: () => void } {
  const sources = once(() => sourcesOf(REPOSITORY));
  const users = once(() => usersOf(REPOSITORY));
  const lint = once(() => lintTree(REPOSITORY));
  let made: PackedPackage | undefined;
  const packed = once(() => (made = packPackage()));
  const linted = (carried: keyof typeof CARRIED) => () => found(problemsOf(lint(), CARRIED[carried]));

  const checks: readonly Check[] = [
    check(undefined, "types: TypeScript 7", () => found(showDiagnostics(compileProject("7.0", REPOSITORY)))),
    check(undefined, "lint: oxlint, beyond the rules that are named below", () => found(otherProblems(lint()))),
    check(undefined, "format: oxfmt", () => found(formatProblems())),
    check(
      undefined,
      "imports go one way (the table in ARCHITECTURE.md), without a cycle or an export *",
      linted("imports"),
    ),
    check(undefined, "no promise and no step floats", linted("promises")),
    check(1, "at most 400 lines a file, tests too, and 60 a function in src", linted("sizes")),
    check(1, "the median file of src has 40 to 130 lines", () => ({
      problems: medianProblems(sources()),
      note: `${medianLines(sources())}`,
    })),
    check(1, "nobody is exempt: no weaker rule, no silencing comment", () =>
      found([...weakenedRules(readJson(".oxlintrc.json")), ...silencingComments(codeOf(REPOSITORY))]),
    ),
    check(2, "pure files have no await, no clock and no I/O", linted("pure")),
    check(2, "the files that decide say that they are pure", () =>
      found(
        sources()
          .filter((file) => PURE_BY_NAME.test(file.path) && !/\bPure\b/.test(headerOf(file)))
          .map(({ path }) => `${path}: its header does not say Pure`),
      ),
    ),
    unchecked(3, "state is one union, its transitions one table"),
    check(4, "a file with state opens with what it owns, what not, and who calls it", linted("headers")),
    unchecked(4, "code cites its invariants, tests name them"),
    check(5, "each port has its contract suite, and a test runs it", () =>
      found(portsWithoutSuite(sources(), users())),
    ),
    check(5, "no test is skipped without a reason, none runs alone", () => found(unexplainedSkips(users()))),
    check(6, "tests reach each file with logic, and name each pure one", () => {
      const { unreached, unnamed, throughOthers } = testReach(sources(), users());
      return {
        problems: [
          ...unreached.map((path) => `${path}: no test comes by it`),
          ...unnamed.map((path) => `${path}: decides something, and no test imports it, stands beside it or names it`),
        ],
        note: `${throughOthers.length} edges are tested through others`,
      };
    }),
    unchecked(6, "a feature has a type test, a program that must not compile, an example that runs"),
    check(7, "each ts fence and each @example compiles, with the types that it claims", () =>
      found(compileFences(packed(), "7.0", [...documentedFences().values()].flat())),
    ),
    check(7, "what is marked as a program runs", () => ({
      problems: runnableFences().flatMap(({ fence }) => runFence(packed(), fence).problems),
      note: `${runnableFences().length} programs`,
    })),
    unchecked(7, "figures come from the benchmark's output file"),
    check(8, "clock, timers, ids and randomness come through ports", linted("ports")),
    check(8, "no unit test sleeps", () => found(sleepingTests(users()))),
    check(9, "what is thrown is a class of its own", linted("errors")),
    unchecked(9, "messages say what happened, where, and what to do"),
    check(10, "names say something", linted("names")),
    check(10, "no dead exports", () => found(deadExports(sources(), users()))),
    unchecked(10, "no option that nobody asked for, no function that is used once"),
    check(11, "docstrings of the doors: a contract, when, on replay, an example", () => found(missingDocstrings())),
    check(12, "a changeset, written as a release note", () => found(changesetProblems(REPOSITORY))),
    check(undefined, "no door weighs more than its limit, or brings what it need not", () => {
      const bundles = weighedBundles(packed().consumer);
      const weights = weighBundles(bundles);
      return {
        problems: weightProblems(bundles, weights),
        note: `${WEIGHED_NAMES.map((name) => `${name} ${weights[name].gzip}`).join(", ")} bytes gzip`,
      };
    }),
    check(undefined, "the tarball: publint", () => found(publintProblems(packed()))),
    check(undefined, "the tarball: are the types wrong?", () => found(attwProblems(packed()))),
  ];
  return { checks, tidyUp: () => made?.remove() };
}

function check(rule: number | undefined, says: string, find: () => Finding): Check {
  return { rule, says, find };
}

function unchecked(rule: number, says: string): Check {
  return { rule, says, find: undefined };
}

function found(problems: readonly string[]): Finding {
  return { problems };
}

function problemsOf(problems: readonly LintProblem[], rules: readonly string[]): readonly string[] {
  return problems.filter(({ rule }) => rules.includes(rule)).map(showLintProblem);
}

function otherProblems(problems: readonly LintProblem[]): readonly string[] {
  const carried = new Set<string>(Object.values(CARRIED).flat());
  return problems.filter(({ rule }) => !carried.has(rule)).map(showLintProblem);
}

function formatProblems(): readonly string[] {
  const oxfmt = join(REPOSITORY, "node_modules/oxfmt/bin/oxfmt");
  const { stdout, stderr, status } = spawnSync(process.execPath, [oxfmt, "--check"], {
    cwd: REPOSITORY,
    encoding: "utf8",
  });
  const isFile = (line: string) => /\(\d+ms\)$/.test(line.trim());
  const files = stdout
    .split("\n")
    .filter(isFile)
    .map((line) => `${line.trim()}: npm run format`);
  return status === 0 || files.length > 0 ? files : [`oxfmt broke: ${stdout}${stderr}`];
}

function readJson(name: string): Parameters<typeof weakenedRules>[0] {
  return JSON.parse(readFileSync(join(REPOSITORY, name), "utf8")) as Parameters<typeof weakenedRules>[0];
}

function once<Made>(make: () => Made): () => Made {
  let made: { readonly value: Made } | undefined;
  return () => (made ??= { value: make() }).value;
}
