// Log lines of steps: what they carry, as fields for any logger, as JSON, and from the console.
import pino from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApp, step, type App, type Instrument, type ObservedLog } from "../index.ts";
import { captureConsole, jsonLog, logFields } from "../logs.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const tracing: Instrument = { traceCarrier: () => ({ traceparent: `00-${TRACE}-${SPAN}-01` }) };
const STEP = { number: "1.1", name: "Charge", path: "Pay/Charge", attempt: 1, tags: ["money"] };
const EVENT = {
  data: { password: "hunter2!" },
  context: { userId: "u_42", token: "abcdefgh" },
};

async function inStep(app: App, write: () => void): Promise<void> {
  const fn = app.createFunction({ name: "Handle payments" }, { event: "e" }, function* () {
    yield* step.run({ name: "Pay", tags: ["money"] }, async () => {
      await step.run("Charge", async () => {
        await new Promise((resolve) => setImmediate(resolve));
        write();
      });
    });
  });
  await app.run(fn, EVENT);
}

afterEach(() => void vi.restoreAllMocks());

describe("logFields", () => {
  it("are those of the running step, behind an await, without secrets; outside of steps there are none", async () => {
    let fields: unknown;
    await inStep(createApp({ name: "a", observers: [tracing] }), () => {
      fields = logFields();
    });
    expect(fields).toEqual({
      run: { id: expect.stringMatching(/^run_/), function: "Handle payments" },
      step: STEP,
      context: { userId: "u_42", token: "[redacted]", eventName: "e" },
      trace_id: TRACE,
      span_id: SPAN,
    });
    expect(logFields()).toEqual({});
  });
  it("are found without an observer, and are pino's mixin", async () => {
    const lines: string[] = [];
    const logger = pino(
      { mixin: logFields, timestamp: false, base: null },
      { write: (line: string) => lines.push(line) },
    );
    await inStep(createApp({ name: "a" }), () => logger.info({ amount: 12 }, "charging"));
    logger.info("outside");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 30, msg: "charging", amount: 12, step: STEP }),
      { level: 30, msg: "outside" },
    ]);
  });
});

describe("jsonLog", () => {
  it("writes a line of JSON for each line of a step", async () => {
    const lines: string[] = [];
    const app = createApp({ name: "a", observers: [jsonLog({ write: (line) => lines.push(line) }), tracing] });
    await inStep(app, () => {
      step.log.warn("slow\nhunter2!\u001b[2J", {
        ms: 12n,
        cause: new Error("hunter2!"),
        password: "x",
        nothing: undefined,
      });
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/[\n\u001b]|hunter2/);
    expect(JSON.parse(lines[0]!)).toEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: "warn",
      message: "slow\n[redacted]\u001b[2J",
      fields: {
        ms: "12",
        cause: expect.objectContaining({ type: "Error", message: "[redacted]" }),
        password: "[redacted]",
      },
      run: { id: expect.stringMatching(/^run_/), function: "Handle payments" },
      step: STEP,
      context: { userId: "u_42", token: "[redacted]", eventName: "e" },
      trace_id: TRACE,
      span_id: SPAN,
    });
  });
});

describe("a line of anything", () => {
  it("is told, and fails no run", async () => {
    const lines: string[] = [];
    const app = createApp({ name: "a", observers: [jsonLog({ write: (line) => lines.push(line) })] });
    const anything: readonly unknown[] = [undefined, null, 7, Symbol("a"), { a: 1 }, Object.create(null)];
    await inStep(app, () => {
      for (const message of anything) step.log.info(message as string, null as never);
    });
    expect(lines.map((line) => (JSON.parse(line) as { readonly message: string }).message)).toEqual([
      ...["undefined", "null", "7", "Symbol(a)", "[object Object]"],
      expect.stringContaining("no text"),
    ]);
  });
});

describe("captureConsole", () => {
  it("makes lines of steps of what the console is given in them, and leaves it as it was elsewhere", async () => {
    const written: unknown[][] = [];
    const original = vi.spyOn(console, "log").mockImplementation((...parts) => void written.push(parts));
    const told: ObservedLog[] = [];
    const app = createApp({
      name: "a",
      observers: [
        {
          onLog(log) {
            told.push(log);
            console.log("an observer may write");
          },
        },
      ],
    });
    const mocked = console.log;
    const stop = captureConsole();
    await inStep(app, () => console.log("%s costs %d", "it", 12, { a: 1 }));
    console.log("outside");
    expect(told.map(({ level, message, number }) => [level, message, number])).toEqual([
      ["info", "it costs 12 { a: 1 }", "1.1"],
    ]);
    expect(written).toEqual([["an observer may write"], ["outside"]]);
    stop();
    expect(console.log).toBe(mocked);
    original.mockRestore();
  });
  it("also writes as before, if asked, and leaves in place what somebody else has set since", async () => {
    const written: unknown[][] = [];
    vi.spyOn(console, "error").mockImplementation((...parts) => void written.push(parts));
    const levels: string[] = [];
    const stop = captureConsole({ passThrough: true });
    await inStep(createApp({ name: "a", observers: [{ onLog: ({ level }) => levels.push(level) }] }), () =>
      console.error("no"),
    );
    expect([levels, written]).toEqual([["error"], [["no"]]]);
    const others = () => {};
    console.error = others;
    stop();
    expect(console.error).toBe(others);
  });
});
