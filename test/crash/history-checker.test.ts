// The checks of the kill campaign find what they are for: each fault, put into a history without one, is told by its rule.
import { describe, expect, it } from "vitest";
import { checkHistory, reportOf } from "./history-checker.ts";
import type { JournalLook, RunRow } from "./journal-look.ts";
import type { BodyLine } from "./ledger.ts";
import { restartsOf } from "./restarts.ts";
import { bodyLine, bodyLines, historyOf, runRow, smallHistory, stepRow, type SmallHistory } from "./small-history.ts";

/** Taken for dead; and by one of which nobody knows whether it came to do so. */
const BURYING = { end: "buried", burialMs: 205 };
const BURIED = { ...BURYING, buriedMs: 205 };

type Fault = (small: SmallHistory) => SmallHistory;

const LOST = "every accepted event has exactly one run per function";
const ENDED = "every run ended, and nobody has it any more";
const CHANGED = "an outcome is recorded once and never changes";
const SEQUENCE = "each outcome has a place of its own among the run's outcomes";
const CANCELLED = "a run whose cancellation was accepted ends as cancelled, and cleans up";
const PROCESSES = "no worker dies of itself or complains, and the journal is whole";
const AGAIN = "no step whose outcome was recorded runs again";
const EXTRA = "a body runs again only for a retry, or after a takeover that lists its step";
const EFFECTS = "a step completes only after its body had its effect";
const KEYS = "a step has one idempotency key, and no other step has it";
const ONCE = "an atMostOnce body runs at most once an attempt";
const SAME_IN_LIVES = "a step has the same number and sees the same values in every life";
const TOLD = "each run that a killed worker had tells of the takeover";
const OPEN = "a takeover lists the steps whose bodies had run and had no outcome";
const TRUE = "a takeover is told once, and only of a worker that was killed";
const UNDISTURBED = "a run ends as it would without a kill";

const FAULTS: readonly (readonly [fault: string, rule: string, make: Fault])[] = [
  ["an accepted event has no run", LOST, (small) => inTheEnd(small, () => ({ runs: [], steps: [] }))],
  [
    "an event has two runs of one function",
    LOST,
    (small) => inTheEnd(small, ({ runs }) => ({ runs: [...runs, { ...runs[0]!, id: "run_2" }] })),
  ],
  ["a run is of an event that nobody sent", LOST, (small) => withRun(small, { event_id: "event-9" })],
  ["a run sleeps for ever", ENDED, (small) => withRun(small, { status: "sleeping", ended_ms: null, due_ms: 9_000 })],
  ["a run is paused", ENDED, (small) => withRun(small, { status: "paused", ended_ms: null })],
  ["a run that ended is still owned", ENDED, (small) => withRun(small, { owner: "worker_1" })],
  ["a value changes between two looks", CHANGED, (small) => withStep(small, "First", { value: "[2]" })],
  ["a number changes between two looks", CHANGED, (small) => withStep(small, "First", { number: "3" })],
  [
    "an outcome goes away",
    CHANGED,
    (small) => inTheEnd(small, ({ steps }) => ({ steps: steps.filter(({ key }) => key !== "First") })),
  ],
  ["two outcomes have one place", SEQUENCE, (small) => withStep(small, "Second", { sequence: 1 })],
  [
    "a cancelled run completes",
    CANCELLED,
    (small) => ({ ...small, rest: { ...small.rest, cancelled: new Map([["run_1", true]]) } }),
  ],
  ["a cancelled run does not clean up", CANCELLED, notCleanedUp],
  ["a worker dies of itself", PROCESSES, (small) => withLife(small, { end: "died" })],
  ["a worker complains", PROCESSES, (small) => withLife(small, { complaints: "a warning" })],
  [
    "the file is damaged",
    PROCESSES,
    (small) => ({ ...small, rest: { ...small.rest, integrity: "page 3 is missing" } }),
  ],
  ["a recorded body runs again", AGAIN, (small) => withLines(small, bodyLines(2, "First", "1"))],
  ["a body under a recorded step runs", AGAIN, (small) => withLines(small, bodyLines(2, "First/Part", "1.1"))],
  [
    "a body that had settled runs again",
    AGAIN,
    (small) => atTheKill(small, stepRow("Second", "2", { state: "settled" })),
  ],
  [
    "an attempt that had failed runs again",
    AGAIN,
    (small) => atTheKill(small, stepRow("Second", "2", { state: "retrying", attempts: 2 })),
  ],
  ["a body runs twice in one life", EXTRA, (small) => withLines(small, bodyLines(2, "Second", "2"))],
  ["an attempt is left out", EXTRA, (small) => withLines(small, bodyLines(2, "Second", "2", 3))],
  [
    "no takeover explains a second start",
    EXTRA,
    (small) => ({ ...small, details: { ...small.details, takeovers: [] } }),
  ],
  ["a takeover is told after a second start", EXTRA, (small) => withStep(small, "~takeover/2.0", { token: 3 })],
  ["a takeover is of before the first start", EXTRA, (small) => withStep(small, "~takeover/2.0", { token: 1 })],
  [
    "a step completes without an effect",
    EFFECTS,
    (small) => ({ ...small, lines: small.lines.filter(({ kind }) => kind === "enter") }),
  ],
  ["a step completes with what another attempt gave", EFFECTS, (small) => withStep(small, "Second", { attempts: 2 })],
  [
    "a step has another key after the kill",
    KEYS,
    (small) => withLines(small, [{ ...bodyLine(2, "effect", "Second", "2"), idempotencyKey: "another" }]),
  ],
  [
    "two steps have one key",
    KEYS,
    (small) => withLines(small, [{ ...bodyLine(2, "effect", "Third", "3"), idempotencyKey: "run_1:First" }]),
  ],
  ["an atMostOnce body runs twice", ONCE, (small) => mapBodies(small, (line) => ({ ...line, isAtMostOnce: true }))],
  [
    "a number changes between lives",
    SAME_IN_LIVES,
    (small) => withLines(small, [bodyLine(2, "effect", "Second", "4")]),
  ],
  [
    "a replay sees another value",
    SAME_IN_LIVES,
    (small) => withLines(small, [{ ...bodyLine(2, "effect", "Second", "2"), seen: "2" }]),
  ],
  ["a takeover is not told", TOLD, (small) => ({ ...small, details: { ...small.details, takeovers: [] } })],
  ["a takeover leaves out an open step", OPEN, withoutOpenSteps],
  [
    "a takeover is told twice",
    TRUE,
    (small) => ({
      ...small,
      details: { ...small.details, takeovers: [...small.details.takeovers, ...small.details.takeovers] },
    }),
  ],
  ["a takeover is told of a worker that lived", TRUE, (small) => withLife(small, { end: "stopped" })],
  [
    "a run ends otherwise than without kills",
    UNDISTURBED,
    (small) => ({ ...small, details: { ...small.details, output: 8 } }),
  ],
  [
    "a step has another number than without kills",
    UNDISTURBED,
    (small) => ({
      ...small,
      undisturbed: { ...small.undisturbed, steps: small.undisturbed.steps.map((step) => ({ ...step, number: "9" })) },
    }),
  ],
  [
    "a step is missing",
    UNDISTURBED,
    (small) => ({ ...small, details: { ...small.details, steps: small.details.steps.slice(1) } }),
  ],
];

describe("the checks of a history", () => {
  it("finds nothing in a history without a fault", () => {
    const history = historyOf(smallHistory());
    expect(reportOf(history, checkHistory(history))).toContain("0 violations");
  });

  it.each(FAULTS)("%s: %s", (_, rule, make) => {
    const history = historyOf(make(smallHistory()));
    const rules = checkHistory(history).map((violation) => violation.rule);
    expect(rules).toContain(rule);
  });

  it("finds nothing where the wall was set back before the takeover: what comes before what is told by the journal", () => {
    const small = withStep(smallHistory(), "~takeover/2.0", { started_ms: 1, ended_ms: 1 });
    const takeovers = small.details.takeovers.map((takeover) => ({ ...takeover, at: new Date(1) }));
    const history = historyOf({ ...small, details: { ...small.details, takeovers } });
    expect(reportOf(history, checkHistory(history))).toContain("0 violations");
  });

  it("what a zombie enters is not held against it, and its takeover is told like that of one that was killed", () => {
    const buried = historyOf(withZombie(smallHistory(), BURIED));
    expect(reportOf(buried, checkHistory(buried))).toContain("0 violations");
    const untold = smallHistory();
    const history = historyOf(withZombie({ ...untold, details: { ...untold.details, takeovers: [] } }, BURIED));
    expect(checkHistory(history).map(({ rule }) => rule)).toContain(TOLD);
  });
  it("a zombie's body that fails when another one's value is recorded is no violation either", () => {
    const zombie = withZombie(smallHistory(), BURIED);
    const failed: BodyLine = { ...bodyLine(1, "effect", "Second", "2"), ends: "throw", atMs: 240 };
    const history = historyOf(withLines(zombie, [failed]));
    expect(reportOf(history, checkHistory(history))).toContain("0 violations");
  });
  it("nor is what one enters whose burier was killed before it could write that down", () => {
    const buried = historyOf(withZombie(smallHistory(), BURYING));
    expect(reportOf(buried, checkHistory(buried))).toContain("0 violations");
  });
  it("a body that a worker enters which nobody took for dead, and whose run is another's, is", () => {
    const alive = historyOf(withZombie(smallHistory(), {}));
    expect(checkHistory(alive).map(({ rule }) => rule)).toContain(EXTRA);
    const anew = historyOf(withZombie(smallHistory(), { end: "buried" }));
    expect(checkHistory(anew).map(({ rule }) => rule)).toEqual(expect.arrayContaining([EXTRA, TRUE]));
  });
  it("a body that a worker enters from which nobody took the run, and whose run is another's, is", () => {
    const other = bodyLines(2, "Third", "3").map((line) => ({ ...line, token: 3 }));
    const late = { ...bodyLine(1, "enter", "Third", "3"), atMs: 230 };
    const rules = (token: number): string[] =>
      checkHistory(historyOf(withLines(withLife(smallHistory(), BURYING), [...other, { ...late, token }]))).map(
        ({ rule }) => rule,
      );
    expect(rules(2)).toContain(EXTRA); // it was taken before, and given back
    expect(rules(1)).not.toContain(EXTRA);
  });

  it("a restart is timed from the start of the process to its first sign of work", () => {
    const small = smallHistory();
    expect(restartsOf(historyOf(small))).toEqual([{ life: 2, afterMs: 5, hasGoneOn: true }]);
    const silent = historyOf({ ...small, lines: [], details: { ...small.details, takeovers: [] } });
    expect(restartsOf(silent)).toEqual([{ life: 2, afterMs: 50, hasGoneOn: false }]);
  });
});

/** The first worker wakes after another one took it for dead, and enters the step that it was about to begin. */
function withZombie(small: SmallHistory, change: object): SmallHistory {
  const late: BodyLine = { ...bodyLine(1, "enter", "Second", "2"), atMs: 230 };
  return withLines(withLife(small, change), [late]);
}

function inTheEnd(small: SmallHistory, change: (last: JournalLook) => Partial<JournalLook>): SmallHistory {
  const [kill, last] = small.looks;
  return { ...small, looks: [kill, { ...last, ...change(last) }] };
}
function atTheKill(small: SmallHistory, step: JournalLook["steps"][number]): SmallHistory {
  const [kill, last] = small.looks;
  return { ...small, looks: [{ ...kill, steps: [...kill.steps, step] }, last] };
}
function withRun(small: SmallHistory, change: Partial<RunRow>): SmallHistory {
  return inTheEnd(small, ({ runs }) => ({ runs: runs.map((run) => ({ ...run, ...change })) }));
}
function withStep(small: SmallHistory, wanted: string, change: object): SmallHistory {
  return inTheEnd(small, ({ steps }) => ({
    steps: steps.map((step) => (step.key === wanted ? { ...step, ...change } : step)),
  }));
}
function withLife(small: SmallHistory, change: object): SmallHistory {
  const [killed, last] = small.lives;
  return { ...small, lives: [{ ...killed!, ...change }, last!] };
}
function withLines(small: SmallHistory, lines: readonly BodyLine[]): SmallHistory {
  return { ...small, lines: [...small.lines, ...lines] };
}
function mapBodies(small: SmallHistory, change: (line: BodyLine) => BodyLine): SmallHistory {
  return { ...small, lines: small.lines.map((line) => ("path" in line ? change(line) : line)) };
}
function withoutOpenSteps(small: SmallHistory): SmallHistory {
  const takeovers = small.details.takeovers.map((takeover) => ({ ...takeover, openSteps: [] }));
  return { ...small, details: { ...small.details, takeovers } };
}
function notCleanedUp(small: SmallHistory): SmallHistory {
  const hold = stepRow("Hold", "1", { state: "ended", status: "completed", sequence: 3 });
  const cancel = stepRow("~cancel", "", { state: "ended", kind: "cancel", sequence: 4 });
  const run = runRow({
    id: "run_1",
    function_id: "crash/hold-stock",
    event_id: "event-0",
    status: "cancelled",
    ended_ms: 220,
  });
  return inTheEnd(small, ({ steps }) => ({ runs: [run], steps: [...steps, hold, cancel] }));
}
