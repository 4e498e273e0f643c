import { describe, expect, it, vi } from "vitest";
import { EngineStage, ONCE_MORE, enterAttempt, type NewEngine } from "../testing/engine-case.ts";
import { engineContract } from "../testing/engine-contract.ts";
import { UnexpectedError } from "./errors.ts";
import { InlineEngine } from "./inline-engine.ts";
import type { Outcome } from "./outcome.ts";
import { planBody, planBranches } from "./step-plan.ts";
import type { StepNode } from "./step-tree.ts";

const newEngine: NewEngine = ({ clock }) => new InlineEngine(clock);
const CHARGE = planBody("Charge", () => undefined);

describe("the contract of an engine", () => {
  it.each(engineContract.map(({ name, check }) => [name, check] as const))("%s", async (_name, check) => {
    await expect(check(newEngine)).resolves.toBeUndefined();
  });
});

it("E1: an outcome is remembered only where a step around it may be tried again", () => {
  const stage = new EngineStage(newEngine);
  const recalledBelow = (retries: number): unknown => {
    const outer = stage.start({ ...planBody("Outer", () => undefined), options: { retries: ONCE_MORE } });
    outer.retries = retries;
    enterAttempt(outer);
    const middle = stage.begin(
      planBody("Middle", () => undefined),
      { home: outer.attempt },
    );
    void stage.engine.record(stage.begin(CHARGE, { home: middle.attempt }), { status: "completed", value: 1 });
    return stage.engine.recall(stage.start(CHARGE, { home: enterAttempt(middle) }));
  };
  expect(recalledBelow(0)).toBeUndefined();
  expect(recalledBelow(1)).toMatchObject({ kind: "ended" });
});

it("values and errors are handed over as they are", async () => {
  const value = { send: () => {} };
  const error = Object.assign(new Error("no"), { socket: value.send });
  const stage = new EngineStage(newEngine);
  const [charged, failed, handled] = [stage.begin(CHARGE), stage.begin(CHARGE), stage.begin(CHARGE)];
  expect(stage.engine.admit(charged, value)).toBeUndefined();
  expect(await stage.engine.record(charged, { status: "completed", value })).toHaveProperty("value", value);
  expect(await stage.engine.record(failed, { status: "failed", error })).toHaveProperty("error", error);
  expect(await stage.engine.settle(handled, error)).toBe(error);
});

it("what a store would refuse is told while developing: once for each step, where it is and what it is", () => {
  const warnings: string[] = [];
  vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
  const stage = new EngineStage(newEngine);
  const admit = (name: string, value: unknown) => stage.engine.admit(stage.begin(planBody(name, () => 1)), value);
  for (let time = 0; time < 2; time++) {
    expect(admit("Connect", { lines: [{ send: () => {} }] })).toBeUndefined();
    expect(admit("Ask", { lines: [1] })).toBeUndefined();
    expect(admit("Ask", "text")).toBeUndefined();
  }
  expect(stage.engine.admit(stage.begin(planBranches("all", [[() => 1]])), [() => {}])).toBeUndefined();
  expect(warnings).toEqual([expect.stringMatching(/step "Connect" of "Charge".*\.lines\[0\]\.send.*no store now/)]);
  vi.restoreAllMocks();
});

it("a bug in it fails the step, and leaves nobody waiting", async () => {
  class BuggyEngine extends InlineEngine {
    override record(node: StepNode, outcome: Outcome): Outcome {
      if (node.name === "Pay") throw new RangeError("a bug");
      return super.record(node, outcome);
    }
  }
  const stage = await EngineStage.play(
    ({ clock }) => new BuggyEngine(clock),
    async (step) => {
      void step.run("Beside", () => 1);
      const charge = step.run({ name: "Pay", retries: ONCE_MORE }, ({ attempt }) => {
        if (attempt === 1) throw new TypeError("once");
      });
      return charge.catch((error: unknown) => error);
    },
  );
  const end = (await stage.toTheEnd()) as { readonly value: Error };
  expect(end.value).toBeInstanceOf(UnexpectedError);
  expect(end.value.cause).toBeInstanceOf(RangeError);
  expect(stage.told).toEqual(["1 Beside completed"]);
});
