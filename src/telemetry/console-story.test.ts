import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeEach, describe, expect, it } from "vitest";
import type { ObservedRun, ObservedStep, ObservedStepEnd, Observer } from "../core/observer.ts";
import { Redactor } from "../core/redaction.ts";
import { settled } from "../testing/manual-clock.ts";
import { consoleStory } from "./console-story.ts";

const RUN_A = runOf("run_01kdvdna00adprh1vtd7aaaaaa");
const RUN_B = runOf("run_01kdvdna00adprh1vtd7bbbbbb");
let lines: string[];
let story: Required<Observer>;

beforeEach(() => {
  lines = [];
  story = consoleStory({ write: (line) => lines.push(line), colors: false }) as Required<Observer>;
});

function runOf(id: string, fields: Partial<ObservedRun> = {}): ObservedRun {
  return {
    id,
    function: { id: "handle-payments", name: "Handle payments" },
    event: { id: "event-1", name: "api/invoice.created", ts: 0 },
    context: { eventName: "api/invoice.created" },
    redact: new Redactor().of({ name: "api/invoice.created", data: {}, user: undefined, context: { eventName: "" } }),
    ...fields,
  };
}
function step(number: string, name: string, fields: Partial<ObservedStepEnd> = {}): ObservedStepEnd {
  return {
    run: RUN_A,
    handle: {},
    number,
    name,
    path: name,
    kind: "run",
    tags: [],
    attributes: {},
    description: undefined,
    context: RUN_A.context,
    dueAt: undefined,
    attemptsAllowed: 4,
    attempts: 1,
    outcome: "completed",
    error: undefined,
    duration: 312,
    isComposite: false,
    ...fields,
  };
}
/** Starts and ends a leaf. */
function tell(...args: Parameters<typeof step>): void {
  story.onStepStart(step(...args));
  story.onStepEnd(step(...args));
}
function endRun(run: ObservedRun, outcome: "completed" | "failed" | "cancelled" | "recovered", error?: unknown): void {
  story.onRunEnd({ ...run, outcome, error, duration: 1_500, startedAt: new Date(0) });
}

describe("one run", () => {
  it("is a header, a line for each step with its outcome in one column, and no more when it completes", () => {
    story.onRunStart(runOf(RUN_A.id, { context: { eventName: "e", userEmail: "ada@example.com" } }));
    tell("1", "sleepUntil", { kind: "sleepUntil", dueAt: new Date("2026-12-01"), duration: 3_000 });
    tell("2", "Charge", { attempts: 2 });
    tell("3", "Update db", { duration: 51 });
    tell("4", "Send receipt", { outcome: "recovered", error: namedError("SmtpDown"), duration: 80 });
    endRun(RUN_A, "completed");
    expect(lines).toEqual([
      "api/invoice.created → Handle payments  run_01kdvdna00adprh1vtd7aaaaaa   ada@example.com",
      "  1   sleepUntil 2026-12-01           ✓ 3.0 s",
      "  2   Charge                          ✓ 312 ms   attempt 2 of 4",
      "  3   Update db                       ✓ 51 ms",
      "  4   Send receipt                    ⟲ recovered from SmtpDown, 80 ms",
    ]);
  });

  it("S1: a composite step opens with a line when its first substep is heard of, and closes with its outcome", () => {
    story.onRunStart(RUN_A);
    story.onStepStart(step("1", "Outer"));
    expect(lines).toHaveLength(1);
    story.onStepStart(step("1.1", "Middle"));
    tell("1.1.1", "Inner");
    tell("1.1.2", "Second");
    story.onStepEnd(step("1.1", "Middle", { isComposite: true }));
    story.onStepEnd(step("1", "Outer", { isComposite: true }));
    expect(lines.slice(1)).toEqual([
      "  1   Outer",
      "    1.1 Middle",
      "      1.1.1 Inner                     ✓ 312 ms",
      "      1.1.2 Second                    ✓ 312 ms",
      "    1.1 Middle                        ✓ 312 ms",
      "  1   Outer                           ✓ 312 ms",
    ]);
  });
});

describe("one run, when things go wrong", () => {
  it("that failed or was cancelled closes with a line, and an error says its message once", () => {
    const error = namedError("CardDeclined", "the bank said no");
    story.onRunStart(RUN_A);
    tell("1.1", "Charge", { outcome: "failed", error });
    tell("1", "Pay", { outcome: "failed", error });
    endRun(RUN_A, "failed", error);
    story.onRunStart(RUN_A);
    tell("1", "Wait", { outcome: "cancelled" });
    endRun(RUN_A, "cancelled");
    expect(lines.filter((line) => !line.startsWith("api"))).toEqual([
      "    1.1 Charge                        ✕ CardDeclined, 312 ms · the bank said no",
      "  1   Pay                             ✕ CardDeclined, 312 ms",
      "  ✕ CardDeclined, 1.5 s",
      "  1   Wait                            ⊘ cancelled, 312 ms",
      "  ⊘ cancelled, 1.5 s",
    ]);
  });

  it("names the error of the attempt before", () => {
    story.onRunStart(RUN_A);
    story.onStepStart(step("1", "Charge"));
    const error = namedError("TimeoutError");
    story.onStepAttempt({ ...step("1", "Charge"), attempt: 1, error, duration: 5, retryAt: new Date(1) });
    story.onStepEnd(step("1", "Charge", { attempts: 2 }));
    expect(lines[1]).toBe("  1   Charge                          ✓ 312 ms   attempt 2 of 4, after TimeoutError");
  });

  it("tells log lines in their place", () => {
    story.onRunStart(RUN_A);
    story.onLog({ ...step("1.1", "Charge"), level: "warn", message: "slow", fields: {}, attempt: 1, trace: undefined });
    story.onLog({
      ...step("", "Handle payments"),
      level: "info",
      message: "hello",
      fields: {},
      attempt: 1,
      trace: undefined,
    });
    expect(lines.slice(1)).toEqual(["    1.1 Charge · warn: slow", "      Handle payments · info: hello"]);
  });
});

describe("what happens to a run on a store", () => {
  it("a takeover is one line, with the steps that were open then", () => {
    const openSteps = [
      { number: "2", name: "Charge" },
      { number: "3.1", name: "Ask" },
    ];
    story.onRunResume({ ...RUN_A, reason: "takeover", from: "process 7 on web-1", openSteps });
    story.onRunResume({ ...RUN_A, reason: "takeover", from: undefined, openSteps: [] });
    expect(lines).toEqual([
      `api/invoice.created → Handle payments  ${RUN_A.id}   ⟳ taken over from process 7 on web-1 · open then: 2 Charge, 3.1 Ask`,
      `api/invoice.created → Handle payments  ${RUN_A.id}   ⟳ taken over from another worker`,
    ]);
  });

  it("a run that wakes tells nothing of it, and its next line says whose it is", () => {
    story.onRunResume({ ...RUN_A, reason: "woken", from: undefined, openSteps: [] });
    expect(lines).toEqual([]);
    tell("2", "Charge");
    expect(lines).toEqual(["aaaaaa   2   Charge                          ✓ 312 ms"]);
  });

  it("a pause is one line, with the difference", () => {
    story.onRunStart(RUN_A);
    story.onRunPause({ ...RUN_A, difference: "recorded: 2 Charge; the code now asks for: 2 Charge card" });
    expect(lines[1]).toBe(
      `api/invoice.created → Handle payments  ${RUN_A.id}   ⏸ paused · recorded: 2 Charge; the code now asks for: 2 Charge card`,
    );
  });
});

describe("S2: runs that interleave", () => {
  it("each line says whose it is", () => {
    story.onRunStart(RUN_A);
    tell("1", "First");
    story.onRunStart(RUN_B);
    tell("1", "Other", { run: RUN_B });
    tell("2", "Second");
    endRun(RUN_B, "completed");
    endRun(RUN_A, "completed");
    expect(lines.slice(1)).toEqual([
      "  1   First                           ✓ 312 ms",
      `bbbbbb api/invoice.created → Handle payments  ${RUN_B.id}`,
      "bbbbbb   1   Other                           ✓ 312 ms",
      "aaaaaa   2   Second                          ✓ 312 ms",
      "bbbbbb   ✓ 1.5 s",
      "aaaaaa   ✓ 1.5 s",
    ]);
  });

  it("runs one after the other need no ids", () => {
    for (const run of [RUN_A, RUN_B]) {
      story.onRunStart(run);
      tell("1", "Charge", { run });
      endRun(run, "completed");
    }
    expect(lines.filter((line) => line.startsWith("  "))).toEqual([
      "  1   Charge                          ✓ 312 ms",
      "  1   Charge                          ✓ 312 ms",
    ]);
  });
});

describe("hostile text and a terminal", () => {
  it("nothing that a sender or an error wrote can start a line, colour it or move the cursor", () => {
    const evil = "\u001b[2Jevil\nline\u202e";
    const run = runOf(RUN_A.id, {
      function: { id: "f", name: evil },
      event: { id: "e", name: evil, ts: 0 },
      context: { eventName: "e", userEmail: evil },
    });
    story.onRunStart(run);
    tell("1", evil, { run, outcome: "failed", error: namedError(evil, evil) });
    story.onLog({ ...step("1", evil), run, level: "warn", message: evil, fields: {}, attempt: 1, trace: undefined });
    story.onRunPause({ ...run, difference: evil });
    story.onRunResume({ ...run, reason: "takeover", from: evil, openSteps: [{ number: "1", name: evil }] });
    endRun(run, "failed", namedError(evil, evil));
    expect(lines).toHaveLength(6);
    for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it("colours outcomes where it is asked to, and only then", () => {
    const coloured: string[] = [];
    const painted = consoleStory({ write: (line) => coloured.push(line), colors: true }) as Required<Observer>;
    painted.onRunStart(RUN_A);
    painted.onStepEnd(step("1", "Charge"));
    expect(coloured[1]).toContain("\u001b[32m✓\u001b[0m 312 ms");
  });
});

describe("memory", () => {
  it("holds on to no step of a run: one that sleeps has left memory, and its steps end elsewhere or much later", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    story.onRunStart(RUN_A);
    const observed = [1, 2, 3].map(toldAsleep);
    await settled();
    collectGarbage();
    expect(observed.map((reference) => reference.deref()?.number)).toEqual([undefined, undefined, undefined]);
  });

  it("of a run that was suspended nothing is remembered: what is told after it was resumed begins anew", () => {
    const error = namedError("CardDeclined", "the bank said no");
    story.onRunStart(RUN_A);
    tell("1", "Charge", { outcome: "failed", error });
    story.onStepStart(step("2", "Outer"));
    story.onRunSuspend({ ...RUN_A, reason: "waiting", dueAt: new Date(0) });
    story.onRunStart(RUN_B);
    story.onRunResume({ ...RUN_A, reason: "woken", from: undefined, openSteps: [] });
    tell("2.1", "Inner", { outcome: "failed", error });
    expect(lines.slice(2)).toEqual([
      "api/invoice.created → Handle payments  run_01kdvdna00adprh1vtd7bbbbbb",
      "aaaaaa     2.1 Inner                         ✕ CardDeclined, 312 ms · the bank said no",
    ]);
  });
});

/** In a function of its own, so that nothing of the test's refers to it any more. */
function toldAsleep(number: number): WeakRef<ObservedStep> {
  const asleep: ObservedStep = step(String(number), "sleep", { kind: "sleep" });
  story.onStepStart(asleep);
  return new WeakRef(asleep);
}

function namedError(name: string, message = ""): Error {
  return Object.assign(new Error(message), { name });
}
