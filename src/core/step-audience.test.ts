// P8: observers can fail, hang or throw, and neither a run nor what the other observers hear is changed by it.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Declined, ONCE_MORE, passed, type EngineStage } from "../testing/engine-case.ts";
import { ManualClock, settled } from "../testing/manual-clock.ts";
import type { Hook } from "../testing/observer-case.ts";
import { InlineEngine } from "./inline-engine.ts";
import type { Observer } from "./observer.ts";
import { defaultRetryPolicy } from "./retry.ts";
import { LiveRun, cancelRun } from "./run.ts";
import { StepAudience } from "./step-audience.ts";
import type { RunFrame } from "./step-tree.ts";
import type { StepTools } from "./step-types.ts";

const HOOKS: readonly Hook[] = [
  "onRunStart",
  "onRunSuspend",
  "onRunResume",
  "onRunPause",
  "onRunEnd",
  "onStepStart",
  "onStepAttempt",
  "onStepEnd",
  "onLog",
];
/** An observer that does this in every hook. */
function everywhere(answer: () => unknown): Observer {
  return Object.fromEntries(HOOKS.map((hook) => [hook, answer]));
}
/** What it hears, in its order, with the names that tell one piece of news from another. */
function recorder(): { readonly heard: string[]; readonly observer: Observer } {
  const heard: string[] = [];
  const listen = (hook: Hook) => (news: object) => {
    const { number, name, outcome, attempt, attempts, message, error } = news as Record<string, unknown>;
    heard.push([hook, number, name, outcome, attempt, attempts, message, String(error)].join(" "));
  };
  return { heard, observer: Object.fromEntries(HOOKS.map((hook) => [hook, listen(hook)])) };
}

let warnings: string[];
beforeEach(() => {
  warnings = [];
  vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
  return () => void vi.restoreAllMocks();
});

/** A program that comes by every hook of a step, cancelled in the end. */
async function work(step: StepTools, clock: ManualClock, seen: unknown[]): Promise<void> {
  const note = (value: unknown) => seen.push(value);
  note(await step.run("Charge", () => "charged"));
  note(
    await step.run({ name: "Ask", retries: ONCE_MORE }, (ask) => {
      ask.log.info(`attempt ${ask.attempt}`);
      if (ask.attempt === 1) throw new TypeError("down");
      return ask.attempt;
    }),
  );
  note(await step.run("Notify", () => Promise.reject(new Declined({ code: "05" }))).next("recovered"));
  note(await step.run("Fail", () => Promise.reject(new TypeError("no"))).catch((error: Error) => error.message));
  note(await step.all([(branch) => branch.sleep("1s"), (branch) => branch.run("Inner", () => 1)]));
  await step.run("Work", () => passed({ clock } as EngineStage, 3_600_000)).catch((error: Error) => note(error.name));
  note("over");
}

/** The program, watched by these. */
async function watchedBy(observers: readonly Observer[], isCancelled = true) {
  const clock = new ManualClock();
  const audience = new StepAudience(observers, () => clock.now());
  const event = { id: "e", name: "e", data: 1, user: 1, ts: 0, v: undefined, context: { eventName: "e" } };
  const run = new LiveRun(
    { id: "run_1", functionId: "f", functionName: "F", event, context: event.context },
    {
      engine: new InlineEngine(clock),
      audience,
      clock,
      random: { fraction: () => 0.5, id: () => "id" },
      post: undefined,
      retries: defaultRetryPolicy(0),
    },
  );
  const seen: unknown[] = [];
  audience.runStarted(run);
  const root = run.enter({ body: (step: StepTools) => work(step, clock, seen), chain: [], options: {} });
  root.outcome().catch(() => {});
  await clock.advance(60_000);
  audience.runSuspended(run, { reason: "waiting", dueAt: undefined });
  audience.runResumed(run, { reason: "woken", from: undefined, openSteps: [] });
  audience.runPaused(run, "a difference");
  if (isCancelled) cancelRun(root);
  await clock.advance(3_600_000);
  audience.runEnded(run, {
    outcome: root.phase as "cancelled",
    error: root.error,
    duration: 1,
    startedMs: 0,
  });
  await settled();
  return { seen, phase: root.phase, atMs: clock.now(), pending: clock.pending };
}

const FAULTS: [string, () => unknown][] = [
  ["throws", () => fail(new TypeError("an observer's bug"))],
  ["throws what is no error", () => fail("an observer's bug")],
  ["rejects", () => Promise.reject(new TypeError("an observer's bug"))],
  ["rejects later", () => Promise.resolve().then(() => fail(new TypeError("an observer's bug")))],
  ["hangs", () => new Promise(() => {})],
  ["returns a thenable that never calls", () => ({ then: () => {} })],
  ["returns a thenable that throws", () => ({ then: () => fail(new TypeError("an observer's bug")) })],
  [
    "returns a thenable that rejects twice",
    () => ({ then: (_done: unknown, no: (error: unknown) => void) => (no(1), no(2)) }),
  ],
  [
    "returns what throws when it is looked at",
    () => ({
      get then(): unknown {
        return fail(new TypeError("an observer's bug"));
      },
    }),
  ],
];

describe("an observer that in every hook", () => {
  it.each(FAULTS)("%s changes neither the run nor what the others hear", async (_fault, answer) => {
    for (const isCancelled of [true, false]) {
      const [before, after] = [recorder(), recorder()];
      const undisturbed = await watchedBy([before.observer, after.observer], isCancelled);
      const expected = [before.heard.splice(0), after.heard.splice(0)];
      const disturbed = await watchedBy([before.observer, everywhere(answer), after.observer], isCancelled);
      expect(disturbed).toEqual(undisturbed);
      expect([before.heard, after.heard]).toEqual(expected);
      expect(new Set(expected[0]!.map((line) => line.split(" ")[0]))).toEqual(new Set(HOOKS));
    }
  });

  it("is hard to ask at all changes nothing either", async () => {
    const undisturbed = await watchedBy([]);
    const closed = new Proxy<Observer>({}, { get: () => fail(new TypeError("no such hook")) });
    const { heard, observer } = recorder();
    expect(await watchedBy([closed, observer])).toEqual(undisturbed);
    expect(heard.length).toBeGreaterThan(HOOKS.length);
  });
});

const RUN = { observed: { id: "run_1" } } as RunFrame;

/** Tells two of the observer's hooks, three times each, in a process that has warned of nothing yet. */
async function tellTwice(observer: Observer): Promise<void> {
  vi.resetModules();
  const fresh = await import("./step-audience.ts");
  const audience = new fresh.StepAudience([observer, observer], () => 0);
  for (let time = 0; time < 3; time++) {
    audience.runStarted(RUN);
    audience.runPaused(RUN, "a difference");
  }
  await settled();
}

describe("what an observer throws is told once for each hook", () => {
  it.each(FAULTS.filter(([fault]) => !/hangs|never/.test(fault)))("%s", async (fault, answer) => {
    await tellTwice(everywhere(answer));
    expect(warnings.map((warning) => /an observer's (on\w+) failed/.exec(warning)?.[1])).toEqual(
      expect.arrayContaining(["onRunPause", "onRunStart"]),
    );
    expect(warnings).toHaveLength(2);
    for (const warning of warnings)
      expect(warning).toContain(fault.includes("twice") ? "the run: 1" : "an observer's bug");
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["a symbol", Symbol("odd")],
    ["an object without a prototype", Object.create(null)],
    ["an error whose stack cannot be read", unreadable("stack")],
    [
      "an error that has neither stack nor message",
      Object.defineProperties(new TypeError("no"), { stack: {}, message: {} }),
    ],
    ["a proxy that is revoked", revokedProxy()],
  ])("whatever it is: %s, thrown or rejected", async (_what, thrown) => {
    const rejections: unknown[] = [];
    const note = (error: unknown) => void rejections.push(error);
    process.on("unhandledRejection", note);
    try {
      for (const answer of [() => fail(thrown), () => Promise.reject(thrown)]) {
        warnings = [];
        await expect(tellTwice(everywhere(answer))).resolves.toBeUndefined();
        expect([warnings.length, rejections]).toEqual([2, []]);
      }
    } finally {
      process.off("unhandledRejection", note);
    }
  });
});

it("tells nobody of the function as of a step", async () => {
  const { heard, observer } = recorder();
  await watchedBy([observer]);
  expect(heard.filter((line) => line.startsWith("onStep") && line.includes(" F "))).toEqual([]);
});

function fail(error: unknown): never {
  throw error;
}
function unreadable(part: string): object {
  return Object.defineProperty(new TypeError("no"), part, { get: () => fail(new RangeError(`no ${part}`)) });
}
function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
