// An app under test: its time, its mocks, its runs. What it runs on is kit/stage.
import { readFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import {
  CancelledError,
  EventRefusedError,
  InvalidDefinitionError,
  StepTimeoutError,
  TaggedError,
  createApp,
  eventType,
  type AppStore,
  type StandardSchema,
} from "../../src/index.ts";
import { memory } from "../../src/memory.ts";
import { StuckRunError, createTestApp } from "../../src/testing.ts";

class Declined extends TaggedError("TestAppDeclined", { retry: false })<{ readonly code: string }> {}

function billing() {
  const app = createApp({ name: "billing", retries: { retries: 3, backoff: "fixed", initial: "1 min" } });
  const remind = app.createFunction({ name: "Remind" }, { event: "invoice.created" }, function* ({ event, step }) {
    yield* step.sleep("7 days");
    const mail = yield* step
      .run("Send mail", async () => `mail ${event.data.id}`)
      .possibleError(Declined)
      .next("no mail");
    yield* step.sleep("Give it time", "1 day");
    return mail;
  });
  return { app, remind, t: createTestApp(app) };
}

describe("time", () => {
  it("passes when the test says so: all that is due on the way, each at its time", async () => {
    const { app, t } = billing();
    const seen: string[] = [];
    app.createFunction({ name: "Note" }, { event: "invoice.created" }, async ({ step, event }) => {
      await step.sleep(event.data.wait);
      await step.run("Note", () => void seen.push(`${event.data.id} at ${t.now.toISOString().slice(0, 10)}`));
    });
    await t.send([
      { name: "invoice.created", data: { id: "late", wait: "3 days" } },
      { name: "invoice.created", data: { id: "early", wait: "1 day" } },
      { name: "invoice.created", data: { id: "later still", wait: 0 }, ts: Date.UTC(2026, 0, 5) },
    ]);
    expect(seen).toEqual([]);
    await t.advance("2 days");
    expect(seen).toEqual(["early at 2026-01-02"]);
    await t.advance("30 days");
    expect(seen).toEqual(["early at 2026-01-02", "late at 2026-01-04", "later still at 2026-01-05"]);
    expect(t.now).toEqual(new Date("2026-02-02"));
  });

  it("begins when the test wants, and passes for whoever awaits a run", async () => {
    const { app, remind } = billing();
    const t = createTestApp(app, { now: "2030-06-01" });
    expect(await t.run(remind, { data: { id: 5 } })).toBe("mail 5");
    expect(t.now).toEqual(new Date("2030-06-09"));
  });

  it("does not pass while a body is at work in the real world", async () => {
    const { t, remind } = billing();
    t.mock("Send mail", () => readFile("package.json", "utf8"));
    const run = t.run(remind, { data: { id: 5 } });
    await t.advance("7 days");
    expect((await t.steps(run)).map(({ name, status }) => `${name} ${status}`)).toEqual([
      "sleep completed",
      "Send mail completed",
      "Give it time sleeping",
    ]);
  });

  it("does not pass while a body is at work, however many turns of the event loop that takes", async () => {
    const app = createApp({ name: "asking", store: memory() });
    const t = createTestApp(app);
    const ask = async (): Promise<string> => {
      for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => void setImmediate(resolve));
      return t.now.toISOString();
    };
    app.createFunction({ name: "Generator" }, { event: "ask" }, function* ({ step }) {
      return yield* step.run("Ask", ask);
    });
    app.createFunction({ name: "Async" }, { event: "ask" }, async ({ step }) => await step.run("Ask", ask));
    const { runs } = await t.send({ name: "ask", data: undefined });
    await t.advance("1 day");
    expect(await Promise.all(runs)).toEqual(["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"]);
  });

  it("passes for a body that only ends with its timeout", async () => {
    const { app, t } = billing();
    const slow = app.createFunction({ name: "Slow", retries: 0 }, { event: "slow" }, function* ({ step }) {
      yield* step.run({ name: "Hang", timeout: "30s" }, () => new Promise<void>(() => {}));
    });
    const result = await t.run(slow, { data: undefined }).result();
    expect(result).toMatchObject({ ok: false, error: expect.any(StepTimeoutError) });
  });

  it("starts what runs by the clock", async () => {
    const app = createApp({ name: "nightly", store: memory() });
    const nights: string[] = [];
    app.createFunction({ name: "Nightly" }, { cron: "0 3 * * *" }, ({ step }) =>
      step.run("Note", () => void nights.push(t.now.toISOString())),
    );
    const t = createTestApp(app);
    await t.advance("2 days");
    expect(nights).toEqual(["2026-01-01T03:00:00.000Z", "2026-01-02T03:00:00.000Z"]);
  });

  it("refuses what is no duration", async () => {
    await expect(billing().t.advance("a while")).rejects.toThrow("a while");
  });
});

describe("a mock", () => {
  it("stands in for the body alone: retries, links and records are the step's own", async () => {
    const { t, remind } = billing();
    const failing = t.mock("Send mail", new RangeError("no route"));
    const run = t.run(remind, { data: { id: 5 } });
    expect(await run).toBe("no mail");
    expect(failing.calls).toBe(4);
    expect((await t.steps(run))[1]).toEqual({
      number: "2",
      name: "Send mail",
      status: "recovered",
      attempts: 4,
      output: "no mail",
      error: "UnexpectedError",
    });
    const declining = t.mock("Send mail", new Declined({ code: "x" }));
    expect(await t.run(remind, { data: { id: 5 } })).toBe("no mail");
    expect(declining.calls).toBe(1);
  });

  it("may be another body, with substeps of its own; a path goes before a name", async () => {
    const { app, t } = billing();
    const nested = app.createFunction({ name: "Nested" }, { event: "nested" }, function* ({ step }) {
      const inner = yield* step.run("Outer", (inside) => inside.run("Ask", () => "real"));
      const outer = yield* step.run("Ask", (given: number) => given, 21);
      return [inner, outer];
    });
    t.mock("Outer/Ask", "by path");
    t.mock("Ask", (given: number) => given * 2);
    expect(await t.run(nested, { data: undefined })).toEqual(["by path", 42]);
    t.mock("Outer", function* (inside: { run: (name: string, body: () => string) => Iterable<never, string> }) {
      return yield* inside.run("Look up", () => "looked up");
    });
    const run = t.run(nested, { data: undefined });
    expect(await run).toEqual(["looked up", 42]);
    expect((await t.steps(run))[0]?.steps).toEqual([
      { number: "1.1", name: "Look up", status: "completed", output: "looked up" },
    ]);
  });
});

describe("a mock of a step that has no body", () => {
  it("is what the step gives, without a sleep, a wait or another function", async () => {
    const { app, t, remind } = billing();
    const asking = app.createFunction({ name: "Ask" }, { event: "ask" }, function* ({ step }) {
      yield* step.sleep("Wait", "7 days");
      const answer = yield* step.waitForEvent("Answer", { event: "answered", timeout: "7 days" });
      const reminded = yield* step.invoke("Remind", { function: remind, data: { id: 1 } });
      const doubled = yield* step.map("Double", [1, 2], (item) => item * 2);
      return [answer?.data, reminded, doubled];
    });
    t.mock("Wait", undefined);
    t.mock("Answer", { data: "yes" });
    t.mock("Remind", "reminded");
    t.mock("Double", [42]);
    expect(await t.run(asking, { data: undefined })).toEqual(["yes", "reminded", [42]]);
    expect(t.now).toEqual(new Date("2026-01-01"));
    await expect(t.crashEverywhere(asking, { data: undefined })).resolves.toBeUndefined();
  });

  it("fails an invoked function with an error that need not be declared again", async () => {
    const { app, t } = billing();
    const child = app.createFunction({ name: "Child" }, { event: "child" }, function* ({ step }) {
      return yield* step.run("Charge", () => 1).possibleError(Declined);
    });
    const parent = app.createFunction({ name: "Parent" }, { event: "parent" }, function* ({ step }) {
      return yield* step.invoke("Ask the other", { function: child, data: undefined });
    });
    const mock = t.mock("Ask the other", new Declined({ code: "x" }));
    const result = await t.run(parent, { data: undefined }).result();
    expect(result).toEqual({ ok: false, error: new Declined({ code: "x" }) });
    expect(mock.calls).toBe(1);
  });
});

describe("runs", () => {
  it("are the same in each test: ids are counted", async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const { t, remind } = billing();
        const { ids: eventIds, runs } = await t.send({ name: "invoice.created", data: { id: 1 } });
        return [...eventIds, ...runs.map((run) => `${run.function} ${run.id}`), t.run(remind, { data: { id: 2 } }).id];
      }),
    );
    expect(ids[0]).toEqual(ids[1]);
    expect(ids[0]).toContain("remind run_1");
  });

  it("fail, and are cancelled, as runs do", async () => {
    const { app, t, remind } = billing();
    const failing = app.createFunction({ name: "Fail" }, { event: "fail" }, function* () {
      throw yield* new Declined({ code: "x" });
    });
    await expect(t.run(failing, { data: undefined })).rejects.toThrow(Declined);
    const run = t.run(remind, { data: { id: 5 } });
    expect(await t.cancel(run)).toBe(true);
    await expect(run).rejects.toThrow(CancelledError);
    await expect(run.result()).rejects.toThrow(CancelledError);
    expect(await t.cancel(run)).toBe(false);
  });

  it("wait for what the test sends, else until their time is over", async () => {
    const { app, t } = billing();
    const asking = app.createFunction({ name: "Ask" }, { event: "ask" }, function* ({ step }) {
      return yield* step.waitForSignal("Approval", { token: "t-1", timeout: "3 days" });
    });
    const run = t.run(asking, { data: undefined });
    await t.advance("1 day");
    await t.signal("t-1", "yes");
    expect(await run).toBe("yes");
    expect(await t.run(asking, { data: undefined })).toBeNull();
    expect(t.now).toEqual(new Date("2026-01-05"));
  });

  it("are told as stuck if they cannot end", async () => {
    const { app, t } = billing();
    const drawing = app.createFunction({ name: "Draw" }, { event: "draw" }, function* ({ step }) {
      yield* step.run(`Charge ${Math.random()}`, () => 1);
      yield* step.sleep("1 day"); // it leaves memory here, and is replayed
      yield* step.run("Last", () => 1);
    });
    const run = t.run(drawing, { data: undefined });
    await expect(run).rejects.toThrow(StuckRunError);
    await expect(run).rejects.toThrow(/"Draw" \(run_\d+\) is paused: /);
  });

  it("may go on at once, and nothing is complained of", async () => {
    const warnings = vi.spyOn(process, "emitWarning");
    const { t, remind } = billing();
    const results = await Promise.all([1, 2, 3].map((id) => t.run(remind, { data: { id } })));
    expect(results).toEqual(["mail 1", "mail 2", "mail 3"]);
    expect(warnings).not.toHaveBeenCalled();
  });
});

describe("the app", () => {
  const amount: StandardSchema<{ amount: number }> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) =>
        typeof (value as { amount?: unknown }).amount === "number"
          ? { value: value as { amount: number } }
          : { issues: [{ message: "no amount", path: ["amount"] }] },
    },
  };

  it("keeps its event types and its context, and its store is not asked for anything", async () => {
    const store: AppStore = {
      "~attach": (host) => {
        expect(host.appName).toBe("billing");
        return { unkeepablePart() {} } as never;
      },
    };
    const created = eventType("invoice.created", { schema: amount });
    const app = createApp({ name: "billing", store, events: [created] });
    const double = app.createFunction({ name: "Double" }, created, ({ event }) => event.data.amount * 2);
    const t = createTestApp(app);
    expect(await t.run(double, { data: { amount: 21 } })).toBe(42);
    await expect(t.send(created.create({ amount: "21" } as never))).rejects.toThrow(EventRefusedError);
    await expect(t.run(double, { data: {} as never })).rejects.toThrow(EventRefusedError);
  });

  it("has no retries without a store, unless it asks for them", async () => {
    const flaky = () => {
      throw new RangeError("no");
    };
    const inline = createApp({ name: "inline" });
    const once = inline.createFunction({ name: "Once" }, { event: "a" }, ({ step }) => step.run("Flaky", flaky));
    const t = createTestApp(inline);
    const run = t.run(once, { data: undefined });
    await run.result();
    expect((await t.steps(run))[0]).not.toHaveProperty("attempts");
  });

  it("is what createApp returned, and its functions are its own", () => {
    expect(() => createTestApp({} as never)).toThrow(InvalidDefinitionError);
    const { t } = billing();
    const other = billing();
    expect(() => t.run(other.remind, { data: { id: 1 } })).toThrow(InvalidDefinitionError);
  });
});
