// What bundlers make of the package: what they leave out, what it weighs, and that it still runs.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { packPackage } from "../../scripts/packed-package.ts";
import { bundle, bundleWithVite } from "../../scripts/weight/bundle.ts";
import { WEIGHED, WEIGHED_NAMES } from "../../scripts/weight/programs.ts";
import { strangersIn } from "../../scripts/weight/strangers.ts";
import { weighBundles, weighedBundles, weightProblems } from "../../scripts/weight/weigh.ts";

const packed = packPackage();
afterAll(() => packed.remove());
const bundles = weighedBundles(packed.consumer);

it("each program is below its limit, and carries only what it needs", () => {
  expect(weightProblems(bundles, weighBundles(bundles))).toEqual([]);
});

it.each(WEIGHED_NAMES)("%s: Vite leaves out what esbuild leaves out", async (name) => {
  const built = await bundleWithVite(WEIGHED[name].code, packed.consumer);
  expect(strangersIn(name, built)).toEqual([]);
  expect(built.modules.length).toBeGreaterThan(0);
  const [[byVite, byEsbuild]] = [[built, bundles[name]].map(({ text }) => text.length)];
  expect(Math.abs(byVite! / byEsbuild! - 1)).toBeLessThan(0.05);
});

describe("what would be found", () => {
  it("a bundle over its limit, with its largest modules", () => {
    const [problem] = weightProblems(
      { ...bundles, errors: bundles.steps },
      weighBundles({ ...bundles, errors: bundles.steps }),
    );
    expect(problem).toMatch(/^errors: \d+ bytes gzip, and at most 1300 are allowed .* core\/step-tree\.js \d+/);
  });

  it("an app without a store that carries the durable engine, a store, the codec or another package, with who imports it", () => {
    const problems = strangersIn("app", bundles.sqlite).join("\n");
    expect(problems).toMatch(
      /^app: durable\/worker\.js \(\d+ bytes, imported by durable\/durable-backend\.js\): of the rooms/m,
    );
    expect(problems).toMatch(
      /^app: stores\/sqlite\/sqlite-store\.js \(\d+ bytes, imported by stores\/sqlite\/sqlite-place\.js\): of the rooms/m,
    );
    expect(problems).toMatch(/^app: core\/value-codec\.js \(.*\): only storing needs it, and there is no store$/m);
    expect(problems).toMatch(
      /^app: devalue\/src\/parse\.js \(\d+ bytes, imported by devalue\/src\/index\.js\): of the rooms/m,
    );
    expect(problems).toMatch(/^app: names node:sqlite/m);
  });

  it("a steps-only program that carries an app, and a store that carries another", () => {
    expect(strangersIn("steps", bundles.app).join("\n")).toMatch(/^steps: app\/create-app\.js/m);
    expect(strangersIn("memory", bundles.sqlite).join("\n")).toMatch(/^memory: stores\/sqlite\/sqlite-store\.js/m);
    expect(strangersIn("sqlite", bundles.memory).join("\n")).toMatch(/^sqlite: stores\/memory\/memory-store\.js/m);
  });

  it("that a bundle which is not for production has the warning of developers", () => {
    const inDevelopment = bundle(WEIGHED.app.code, packed.consumer, {});
    expect(strangersIn("app", inDevelopment).join("\n")).toMatch(/^app: core\/unstorable-warning\.js/m);
  });
});

describe("a bundle without a store runs", () => {
  const code = `
    import { createApp } from "surefoot";
    const app = createApp({ name: "bundled" });
    const answer = app.createFunction({ name: "Answer" }, { event: "asked" }, async ({ step }) => {
      await step.run("Connect", () => ({ send: () => {} }));
      return step.run("Answer", async () => 42);
    });
    console.log(await app.run(answer, {}));`;

  /** Runs it in a Node of its own, and gives what it printed. */
  function run(text: string): { readonly printed: string; readonly complaints: string } {
    writeFileSync(join(packed.consumer, "bundled.mjs"), text);
    const { stdout, stderr, status } = spawnSync(process.execPath, ["bundled.mjs"], {
      cwd: packed.consumer,
      encoding: "utf8",
      env: { ...process.env, NODE_ENV: "" },
    });
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    return { printed: stdout, complaints: stderr };
  }

  it("for production, by both bundlers, without a word", async () => {
    expect(run(bundle(code, packed.consumer).text)).toEqual({ printed: "42\n", complaints: "" });
    expect(run((await bundleWithVite(code, packed.consumer)).text)).toEqual({ printed: "42\n", complaints: "" });
  });

  it("and while developing it tells what a store would refuse", () => {
    const { printed, complaints } = run(bundle(code, packed.consumer, {}).text);
    expect(printed).toBe("42\n");
    expect(complaints).toMatch(
      /step "Connect" of "Answer" cannot be stored: \.send is the function send.*no store now/,
    );
  });
});
