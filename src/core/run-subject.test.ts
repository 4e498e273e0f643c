// A run as observers see it: one object for all its steps, and its news beside it.
import { describe, expect, it } from "vitest";
import { Redactor } from "./redaction.ts";
import { observedRun, observedWith, type RunSubject } from "./run-subject.ts";

const event = {
  id: "event-1",
  name: "paid",
  data: { password: "hunter2!" },
  user: undefined,
  ts: 5,
  v: undefined,
  context: { eventName: "paid", token: "abcdefgh", plan: "pro" },
};
const subject: RunSubject = {
  id: "run_1",
  functionId: "app/pay",
  functionName: "Pay",
  event,
  context: event.context,
};

describe("an observed run", () => {
  it("is frozen, and shows its context without secrets, the same whenever it is asked for", () => {
    const run = observedRun(subject, new Redactor().of(event));
    expect(run).toMatchObject({
      id: "run_1",
      function: { id: "app/pay", name: "Pay" },
      event: { id: "event-1", ts: 5 },
    });
    expect(run.context).toEqual({ eventName: "paid", token: "[redacted]", plan: "pro" });
    expect(run.context).toBe(run.context);
    expect([run, run.function, run.event, run.context].every(Object.isFrozen)).toBe(true);
    expect(run.redact.text("it was hunter2!")).toBe("it was [redacted]");
  });
  it("outside of any app shows what there is", () => {
    expect(observedRun(subject, undefined).context).toBe(event.context);
  });
  it("with news is the same run, and they are its own", () => {
    const run = observedRun(subject, new Redactor().of(event));
    const end = observedWith(run, { outcome: "failed", error: undefined });
    expect(end).toMatchObject({ id: "run_1", event: run.event, outcome: "failed" });
    expect(end.context).toBe(run.context);
    expect(Object.hasOwn(run, "outcome")).toBe(false);
  });
});
