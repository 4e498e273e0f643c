// What bench/in-process checks before it times anything: it passes on what is built, and it finds what is wrong.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { expectedSteps } from "../../../bench/in-process/checks/expected-steps.ts";
import type { Sight } from "../../../bench/in-process/checks/probes.ts";
import { sightProblems, toldProblems } from "../../../bench/in-process/checks/record-problems.ts";
import type { Told } from "../../../bench/in-process/checks/told-run.ts";
import type { WorkloadName } from "../../../bench/in-process/workloads.ts";

describe("the checks of bench:in-process", () => {
  it("hold for what is built, as far as no peer is needed", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "bench/in-process/checks/main.ts",
      "--without-peers",
    ]);
    expect(stdout.match(/^✓/gm)).toHaveLength(11);
    expect(stdout).not.toMatch(/^✕/m);
  });
});

type StepEnd = Extract<Told, { what: "step ended" }>;

/** What has to be told of a run: a leaf takes 1 ms, and what it is in as long as its parts and 1 ms. */
function toldOf(workload: WorkloadName): readonly Told[] {
  const told: Told[] = [{ what: "run started", runId: "r", function: workload }];
  const tellBelow = (parent: string): number => {
    const steps = expectedSteps(workload).filter(({ number }) => number.replace(/\.?\d+$/, "") === parent);
    return steps.reduce((total, facts) => {
      told.push({ what: "step started", runId: "r", number: facts.number });
      const durationMs = 1 + tellBelow(facts.number);
      const error = facts.outcome === "recovered" ? Object.assign(new Error("failed"), { code: 1 }) : undefined;
      if (error !== undefined) told.push({ what: "attempt failed", number: facts.number, attempt: 1, error });
      told.push({ what: "step ended", runId: "r", durationMs, error, ...facts });
      return total + durationMs;
    }, 0);
  };
  told.push({ what: "run ended", runId: "r", outcome: "completed", durationMs: tellBelow("") });
  return told;
}

/** What has to be seen inside the bodies. */
function sightsOf(workload: WorkloadName): readonly Sight[] {
  return expectedSteps(workload).map(({ number, name, path, isComposite }) => {
    const place = { number, name, path, attempt: 1 };
    return { where: isComposite ? "composite" : "leaf", before: place, after: place, bodyMs: 0.5 };
  });
}

const WALL_MS = 1000;

describe("what is told of a run", () => {
  const told = toldOf("nested");
  const without = (number: string, changed: Partial<StepEnd>) =>
    told.map((news) => (news.what === "step ended" && news.number === number ? { ...news, ...changed } : news));
  const problemsOf = (news: readonly Told[]) => toldProblems("nested", news, sightsOf("nested"), WALL_MS);

  it("is right", () => {
    expect(problemsOf(told)).toEqual([]);
    expect(toldProblems("recovered", toldOf("recovered"), [], WALL_MS)).toEqual([]);
  });
  it.each<[string, readonly Told[], string]>([
    ["a path", without("1.2.3", { path: "a/b/b" }), 'not of {"number":"1.2.3"'],
    ["attempts", without("3", { attempts: 0 }), 'not of {"number":"3"'],
    ["an outcome", without("2.1", { outcome: "failed" }), 'not of {"number":"2.1"'],
    ["a step", told.filter((news) => !("number" in news && news.number === "2.2.2")), "38 steps ended, not 39"],
    ["the order", told.toReversed(), "step 1 was told to start at"],
    ["a start", told.filter((news) => news !== told[1]), "step 1 was told to start at -1"],
    ["the end of the run", told.slice(0, -1), "the end of the run was not told last"],
    ["a long step", without("1.1", { durationMs: 100 }), 'the steps of "1" took'],
    ["a negative duration", without("1.1.1", { durationMs: -1 }), '"1.1.1" took -1 ms'],
    ["a short duration", without("1.1.1", { durationMs: 0 }), 'the body of "1.1.1" took 0.5 ms, and the step less'],
    ["an error", without("1.1.1", { error: new Error("none") }), "or with one that it never had"],
  ])("is found wrong: %s", (_what, news, problem) => {
    expect(problemsOf(news)).toContainEqual(expect.stringContaining(problem));
  });
  it("is found wrong: a run that took longer than its caller waited", () => {
    expect(toldProblems("nested", told, [], 1)).toEqual(["the run took longer than it was waited for"]);
  });
  it("is found wrong: a failed attempt that was not told", () => {
    const news = toldOf("recovered").filter(({ what }) => what !== "attempt failed");
    expect(toldProblems("recovered", news, [], WALL_MS)).toContain("failed attempts: []");
  });
});

describe("what is seen inside the bodies", () => {
  const sights = sightsOf("nested");
  it("is right", () => {
    expect(sightProblems("nested", sights)).toEqual([]);
  });
  it("is found wrong: another step after a wait", () => {
    const [first, ...others] = sights;
    const moved = { ...first!, after: { ...first!.after, number: "2" } };
    expect(sightProblems("nested", [moved, ...others])).toEqual([expect.stringContaining("in a composite, step said")]);
  });
  it("is found wrong: a body that did not run, or not as its step", () => {
    expect(sightProblems("nested", sights.slice(1))).toEqual([expect.stringContaining("bodies ran as")]);
  });
  it("is found wrong: a handler that did not run", () => {
    expect(sightProblems("recovered", sightsOf("recovered"))).toEqual([
      expect.stringContaining("onError ran as [], not as"),
    ]);
  });
});
