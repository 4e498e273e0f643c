// Parallel branches that use the same step names: none ever gets another's result, wherever the run is cut.
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { InvalidStepError, type StepTools } from "../../src/index.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import type { ManualClock } from "../../src/testing/manual-clock.ts";
import { runThrough, type EndedRun, type Program } from "./interrupted-run.ts";
import { Census } from "./value-census.ts";
import { quiet } from "./virtual-time.ts";

const census = new Census();
afterAll(() => census.print("parallel branches"));

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

function newStore(): () => MemoryStore {
  const store = new MemoryStore();
  return () => store;
}

type Branch = "A" | "B" | "C";
/** What a branch does: `fetch-X`, slower in one branch than in the other, and then `save`, which has the same name in all. */
type RunBranch = (step: StepTools, branch: Branch) => Promise<string>;

const AWAITING_MORE = "Promise.all, with other awaits before";
/** When a step behind another await is created, and so its number, is the outside world's: there it is left out. */
function labels(shapeName: string, { steps }: EndedRun): string[] {
  return steps
    .map(({ number, name, status }) => `${shapeName === AWAITING_MORE ? "" : number} ${name} ${status}`)
    .toSorted();
}

const SHAPES: Readonly<Record<string, (step: StepTools, run: RunBranch) => Promise<unknown>>> = {
  "Promise.all": (step, run) => Promise.all([run(step, "A"), run(step, "B")]),
  [AWAITING_MORE]: async (step, run) => {
    const late = async (branch: Branch, turns: number): Promise<string> => {
      await quiet(turns);
      return run(step, branch);
    };
    return Promise.all([late("A", 0), late("B", 5)]);
  },
  "Promise.all in a step": async (step, run) =>
    step.run("Both", (inner) => Promise.all([run(inner, "A"), run(inner, "B")])),
  "step.all with a list": async (step, run) => step.all([(inner) => run(inner, "A"), (inner) => run(inner, "B")]),
  "step.all with a record": async (step, run) =>
    Object.values(await step.all({ A: (inner) => run(inner, "A"), B: (inner) => run(inner, "B") })),
  "step.map": async (step, run) => step.map(["A", "B"] as const, (branch, inner) => run(inner, branch)),
  "steps that are awaited later": async (step, run) => {
    const made = [step.run("branch", (inner) => run(inner, "A")), step.run("branch", (inner) => run(inner, "B"))];
    return [await made[0], await made[1]];
  },
};

/** How long each branch's fetch takes, in each life: the order in which they end changes from life to life. */
const PACES = {
  "A slower": [{ A: 200, B: 20 }],
  "A slower, then faster": [
    { A: 200, B: 20 },
    { A: 20, B: 200 },
  ],
  "the same pace, then A slower": [
    { A: 20, B: 20 },
    { A: 200, B: 20 },
  ],
} as const;

function program(
  shape: (typeof SHAPES)[string],
  paces: readonly { readonly A: number; readonly B: number }[],
): Program {
  return (app, { life, clock, log }) => {
    const pace = paces[Math.min(life, paces.length - 1)]!;
    const run: RunBranch = async (step, branch) => {
      const fetched = await step.run(`fetch-${branch}`, async (inner) => {
        log.enterLeaf(inner);
        await passed(clock, pace[branch as "A" | "B"]);
        return branch;
      });
      return step.run("save", (inner) => {
        log.enterLeaf(inner);
        return `saved ${fetched} for ${branch}`;
      });
    };
    return app.createFunction({ name: "Fetch and save" }, { event: "run" }, ({ step }) => shape(step, run));
  };
}
function passed(clock: ManualClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.timer(ms, resolve));
}

const cases = Object.keys(SHAPES).flatMap((shape) => Object.keys(PACES).map((pace) => [shape, pace] as const));

test.each(cases)(
  "%s, %s: each branch gets its own results, after a cut at every write",
  async (shapeName, paceName) => {
    const made = program(SHAPES[shapeName]!, PACES[paceName as keyof typeof PACES]);
    const whole = await runThrough(made, newStore(), []);
    const wanted = { value: ["saved A for A", "saved B for B"] };
    expect(whole.outcome).toEqual(wanted);
    const writes = whole.lives[0]!.writes;
    expect(writes).toBeGreaterThanOrEqual(5); // two fetches, two saves, the end
    for (let afterWrites = 0; afterWrites < writes; afterWrites++) {
      for (const by of ["kill", "stop"] as const) {
        const cut = await runThrough(made, newStore(), [{ by, afterWrites }]);
        expect(cut.outcome, `${by} after ${afterWrites} writes`).toEqual(wanted);
        expect(labels(shapeName, cut)).toEqual(labels(shapeName, whole));
        census.note(`cuts by ${by}`);
      }
    }
    expect(census.count("cuts by kill")).toBeGreaterThan(0);
  },
);

test("combinators raise no warning about equal names: their branches cannot be mistaken", async () => {
  const leaf = (inner: StepTools) => inner.run("save", () => inner.path);
  const made: Program = (app) =>
    app.createFunction({ name: "No warning" }, { event: "run" }, async ({ step }) => {
      const lists = await step.all([async (inner) => leaf(inner), async (inner) => leaf(inner)]);
      const both = await step.all([step.run("twice", leaf), step.run("twice", leaf)]);
      const mapped = await step.map([1, 2, 3], async (_item, inner) => leaf(inner));
      const raced = await step.race([async (inner) => leaf(inner), async (inner) => inner.sleep("long", "1h")]);
      const later = await step.run("outer", async (inner) => {
        await Promise.resolve();
        return inner.all([async (branch) => leaf(branch), async (branch) => leaf(branch)]);
      });
      const retried = await step.run({ name: "retried", retries: { retries: 1, initial: 1 } }, async (inner) => {
        if (inner.attempt === 1) throw new RangeError("once");
        return inner.all([async (branch) => leaf(branch), async (branch) => leaf(branch)]);
      });
      return [...lists, ...both, ...mapped, raced, ...later, ...retried];
    });
  const store = new MemoryStore();
  const { outcome } = await runThrough(made, () => store, []);
  const paths = (outcome as { readonly value: readonly string[] }).value;
  expect(new Set(paths).size).toBe(paths.length);
  expect(warnings).toEqual([]);
});

test("a race stays won, wherever its process dies", async () => {
  const made: Program = (app, { log }) =>
    app.createFunction({ name: "Race" }, { event: "run" }, async ({ step }) => {
      const untilTold = ({ signal }: StepTools) =>
        new Promise<string>((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
        );
      const quick = (inner: StepTools): string => {
        log.enterLeaf(inner);
        return "quick";
      };
      return [await step.race("first", [quick, untilTold]), await step.race("second", { slow: untilTold, quick })];
    });
  const whole = await runThrough(made, newStore(), []);
  expect(whole.outcome).toEqual({ value: ["quick", "quick"] });
  for (let afterWrites = 0; afterWrites < whole.lives[0]!.writes; afterWrites++) {
    const cut = await runThrough(made, newStore(), [{ by: "kill", afterWrites }]);
    expect(cut.outcome, `killed after ${afterWrites} writes`).toEqual({ value: ["quick", "quick"] });
    census.note("races cut");
  }
  expect(census.count("races cut")).toBeGreaterThan(3);
});

test("names that look like other keys keep their own results", async () => {
  const names = [
    "save",
    "save#2",
    "save",
    "a/b",
    "a",
    "~onError",
    "~cancel",
    "~0",
    "\0",
    "\ud800",
    "\udc00",
    "é",
    "é".normalize("NFD"),
  ];
  const made: Program = (app, { log }) =>
    app.createFunction({ name: "Odd names" }, { event: "run" }, async ({ step }) => {
      const given: string[] = [];
      for (const [place, name] of names.entries()) {
        given.push(
          await step.run(name, (inner) =>
            inner.run("b", (leaf) => {
              log.enterLeaf(leaf);
              return `${place}`;
            }),
          ),
        );
      }
      return given;
    });
  const whole = await runThrough(made, newStore(), []);
  const wanted = names.map((_name, place) => `${place}`);
  expect(whole.outcome).toEqual({ value: wanted });
  expect(whole.steps.map(({ name }) => name)).toEqual(names.flatMap((name) => [name, "b"]));
  for (let afterWrites = 0; afterWrites < whole.lives[0]!.writes; afterWrites++) {
    const { outcome, lives } = await runThrough(made, newStore(), [{ by: "kill", afterWrites }]);
    expect(outcome).toEqual({ value: wanted });
    const again = [...lives[1]!.log.paths].filter((path) =>
      lives[1]!.known.some(({ key, state }) => key === path && state === "ended"),
    );
    expect(again).toEqual([]);
  }
});

test("a step without any letter in its name is refused, or is a step as any other", async () => {
  const made: Program = (app) =>
    app.createFunction({ name: "No letter" }, { event: "run" }, async ({ step }) => {
      let first: unknown;
      try {
        first = await step.run("", () => "first");
      } catch (error) {
        if (!(error instanceof InvalidStepError)) throw error;
        first = "first";
      }
      return [first, await step.run("second", () => "second")];
    });
  const whole = await runThrough(made, newStore(), []);
  expect(whole.outcome).toEqual({ value: ["first", "second"] });
  for (let afterWrites = 0; afterWrites < whole.lives[0]!.writes; afterWrites++) {
    const cut = await runThrough(made, newStore(), [{ by: "kill", afterWrites }]);
    expect(cut.outcome).toEqual({ value: ["first", "second"] });
  }
});
