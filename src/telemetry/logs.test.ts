// Log lines of steps: what they carry, as fields for any logger, as JSON, and from the console.
import { Writable } from "node:stream";
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

/** A stream that stands still until it is let go. */
function stuck(): { readonly stream: Writable; readonly lines: () => string[]; readonly letGo: () => void } {
  let text = "";
  let goOn: (() => void) | undefined;
  let isStuck = true;
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      text += chunk;
      if (isStuck) goOn = done;
      else done();
    },
  });
  return {
    stream,
    lines: () => text.split("\n").slice(0, -1),
    letGo() {
      isStuck = false;
      goOn?.();
    },
  };
}

describe("jsonLog to a stream that hangs", () => {
  const LIMIT = 4_096;
  it("holds no run up, keeps a bounded part, counts what it drops, and says so when it goes on", async () => {
    const { stream, lines, letGo } = stuck();
    const log = jsonLog({ stream, limit: LIMIT });
    const say = (text: string): Promise<void> =>
      inStep(createApp({ name: "a", observers: [log] }), () => step.log.info(text));
    for (let run = 0; run < 100; run++) await say("x".repeat(500));
    const { written, dropped } = log.counts;
    expect(written + dropped).toBe(100);
    expect(dropped).toBeGreaterThan(50);
    expect(stream.writableLength).toBeLessThan(LIMIT + 2_000);

    letGo();
    await new Promise((resolve) => setImmediate(resolve));
    await say("on time");
    const messages = lines().map((line) => (JSON.parse(line) as { message: string }).message);
    expect(messages.slice(-2)).toEqual([`${dropped} lines were dropped: the log's stream was too slow`, "on time"]);
    expect(log.counts).toEqual({ written: written + 1, dropped });
  });
  it("that fails is warned of once, and changes no run", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error("the disk is full")) });
    const observers = [jsonLog({ stream })];
    for (let run = 0; run < 3; run++) await inStep(createApp({ name: "a", observers }), () => step.log.info("x"));
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      "surefoot: the log is not written, and runs go on: Error: the disk is full",
    ]);
  });
  it("is refused where it makes no sense", () => {
    expect(() => jsonLog({ stream: stuck().stream, write: () => {} })).toThrow("either write, a function, or a stream");
    expect(() => jsonLog({ stream: {} as Writable })).toThrow("takes a stream of Node's");
    expect(() => jsonLog({ stream: stuck().stream, limit: Number.NaN })).toThrow("its limit in bytes");
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
