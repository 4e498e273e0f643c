// `npm run postgres-versions`: all tests of the store, and some simulations, on each older Postgres that it promises to work on.
//
//   npm run postgres-versions          all of them
//   npm run postgres-versions -- 14    this one
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printFigure } from "../../figures.ts";

const VERSIONS = ["14", "15", "16", "17"];
const TESTS = ["test/postgres", "test/simulation/sql-simulation", "test/crash/postgres-troubles"];
const ROOT = join(import.meta.dirname, "../../..");

const asked = process.argv.slice(2);
if (!succeeds("npm", ["ci", "--ignore-scripts", "--prefix", import.meta.dirname])) process.exitCode = 1;
else {
  const failed = VERSIONS.filter((version) => asked.length === 0 || asked.includes(version)).filter(
    (version) => !passes(version),
  );
  for (const version of failed) console.log(`✕ Postgres ${version}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

/** Whether all tests pass there, and some were run. */
function passes(version: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-versions-"));
  try {
    const report = join(folder, "report.json");
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    // What the tests count is told elsewhere.
    const reporters = ["--silent=passed-only", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const env = { ...process.env, SUREFOOT_POSTGRES_VERSION: version };
    const isGreen = succeeds(process.execPath, [vitest, "run", ...TESTS, ...reporters], env);
    const { numPassedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8")) as Record<string, number>;
    printFigure(`tests passed on Postgres ${version}`, numPassedTests!);
    return isGreen && numPassedTests! > 0 && numPendingTests === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function succeeds(program: string, args: readonly string[], env = process.env): boolean {
  return spawnSync(program, args, { cwd: ROOT, env, stdio: "inherit" }).status === 0;
}
