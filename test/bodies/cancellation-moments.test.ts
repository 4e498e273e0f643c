// A cancellation finds a run wherever it is: in a retry wait, a sleep, a handler, a floating step, before its start or after its end.
import { describe, expect, it } from "vitest";
import { createAppWith } from "../../src/app/create-app.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import { CancelledError, step as imported, type StepTools } from "../../src/index.ts";
import { memory } from "../../src/memory.ts";
import { ManualClock, settled } from "../../src/testing/manual-clock.ts";
import { Performance, PLACES, type Program } from "./stage.ts";

const MINUTE_MS = 60_000;

function told(step: StepTools): Promise<void> {
  return new Promise((resolve) => step.signal.addEventListener("abort", () => resolve(), { once: true }));
}

describe.each(PLACES)("%s", (place) => {
  // The second of each is long enough for a run on a store to have left memory by then.
  it.each(["3s", "30m"])("in a retry wait of %s: no further attempt, no handler, and finally runs", async (initial) => {
    const performance = await Performance.begin(place, function* (step, { code, effects }) {
      try {
        yield* step
          .run({ name: "Ask", retries: { retries: 5, backoff: "fixed", initial, jitter: false } }, () => {
            effects.push("attempt");
            throw new Error("down");
          })
          .onError(() => void code.push("onError"))
          .next();
        code.push("went on");
      } catch {
        code.push("catch");
      } finally {
        yield* step.run("Close", () => void code.push("closed"));
      }
    });
    await performance.pass(1_000);
    expect(await performance.cancel()).toBe(true);
    await performance.pass(2 * MINUTE_MS);
    expect(performance.end).toBe("cancelled");
    expect(performance.notes).toEqual({ code: ["closed"], effects: ["attempt"] });
  });

  it.each(["3s", "30m"])("in a sleep of %s: it ends at once, and finally runs", async (duration) => {
    const performance = await Performance.begin(place, function* (step, { code }) {
      try {
        yield* step.sleep(duration);
        code.push("went on");
      } catch {
        code.push("catch");
      } finally {
        yield* step.run("Close", () => void code.push("closed"));
      }
    });
    await performance.pass(1_000);
    expect(await performance.cancel()).toBe(true);
    await performance.pass(1_500);
    expect(performance.end).toBe("cancelled");
    expect(performance.notes.code).toEqual(["closed"]);
  });

  it("in a handler: it ends by return(), nothing is recovered, and the next handler does not run", async () => {
    const performance = await Performance.begin(place, function* (step, { code }) {
      yield* step
        .run("Fail", () => {
          throw new Error("no");
        })
        .onError(function* (_error, own) {
          code.push("handler");
          try {
            yield* own.sleep("4s");
            code.push("handler went on");
          } finally {
            yield* own.run("Close", () => void code.push("handler closed"));
          }
        })
        .onError(() => void code.push("second handler"))
        .next("recovered");
      code.push("went on");
    });
    await performance.pass(1_000);
    expect(performance.notes.code).toEqual(["handler"]);
    expect(await performance.cancel()).toBe(true);
    await performance.pass(1_000);
    expect(performance.end).toBe("cancelled");
    expect(performance.notes.code).toEqual(["handler", "handler closed"]);
  });

  it("with a floating step: it is told, and waited for", async () => {
    let release = (): void => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const performance = await Performance.begin(place, (step, { effects }) => {
      void step.run("Float", async () => {
        await told(step);
        effects.push("told");
        await slow;
        effects.push("ended");
      });
      return "done";
    });
    await performance.cancel();
    await performance.pass(1_000);
    expect(performance.end).toBe("under way");
    expect(performance.notes.effects).toEqual(["told"]);
    release();
    await settled();
    expect(performance.end).toBe("cancelled");
    expect(performance.notes.effects).toEqual(["told", "ended"]);
  });

  it("in a body, by somebody elsewhere: cleanup finds its place through the imported step", async () => {
    const performance = await Performance.begin(place, function* (_step, { code }) {
      try {
        yield* imported.run("Work", (step) => told(step).then(() => void code.push("told")));
      } finally {
        yield* imported.run("Close", () => void code.push(imported.path));
      }
    });
    await performance.cancel();
    await performance.pass(1_000);
    expect(performance.notes.code).toEqual(["told", "Close"]);
    expect(performance.told).toEqual(["1 Work cancelled", "2 Close completed"]);
  });

  it("twice: the second finds the run at its cleanup, which goes on undisturbed", async () => {
    const performance = await Performance.begin(place, function* (step, { code }) {
      try {
        yield* step.sleep("4s");
      } finally {
        code.push("finally");
        yield* step.sleep("Let it cool", "2s");
        yield* step.run("Close", () => void code.push("closed"));
      }
    });
    await performance.pass(1_000);
    expect(await performance.cancel()).toBe(true);
    await performance.pass(1_000);
    expect(performance.notes.code).toEqual(["finally"]);
    expect(await performance.cancel()).toBe(true);
    await performance.pass(2_000);
    expect(performance.end).toBe("cancelled");
    expect(performance.notes.code).toEqual(["finally", "closed"]);
    expect(performance.told).toEqual(["1 sleep cancelled", "2 Let it cool completed", "3 Close completed"]);
  });

  it.each<[string, Program]>([
    ["completed", () => "value"],
    [
      "failed",
      () => {
        throw new Error("no");
      },
    ],
  ])("after it has %s: the answer is false, and the outcome stays", async (outcome, program) => {
    const performance = await Performance.begin(place, program);
    const end = await performance.toTheEnd();
    expect(await performance.cancel()).toBe(false);
    await performance.pass(1_000);
    expect(performance.end).toBe(end);
    expect(end).toMatchObject({ ok: outcome === "completed" });
  });

  it("of nothing that there is: the answer is false", async () => {
    const app = createAppWith(
      { name: "bodies", observers: [], ...(place === "in process" ? {} : { store: memory() }) },
      { clock: new ManualClock(), random: systemRandomness },
    );
    expect(await app.cancel("run_00000000000000000000000000")).toBe(false);
  });

  it("right after it was asked for: what cancel answers is what happens", async () => {
    const performance = Performance.begin(place, (step) => step.sleep("2s"));
    const begun = await performance;
    const isAccepted = await begun.cancel();
    await begun.pass(10_000);
    expect(begun.end).toEqual(isAccepted ? "cancelled" : { ok: true, value: undefined });
  });

  it("of a step that another attempt would follow: an attempt under way is its last", async () => {
    const performance = await Performance.begin(place, (step, { effects }) =>
      step.run({ name: "Ask", retries: { retries: 3, backoff: "fixed", initial: 10, jitter: false } }, async () => {
        effects.push("attempt");
        await told(step);
        throw new Error("told to end");
      }),
    );
    await performance.cancel();
    await performance.pass(MINUTE_MS);
    expect(performance.end).toBe("cancelled");
    expect(performance.notes.effects).toEqual(["attempt"]);
  });
});

it("before a worker has it: it ends as cancelled, and its body is never entered", async () => {
  const clock = new ManualClock();
  const entered: string[] = [];
  const app = createAppWith({ name: "bodies", observers: [], store: memory() }, { clock, random: systemRandomness });
  const program = app.createFunction({ name: "Program" }, { event: "program" }, () => void entered.push("entered"));
  await app.send({ name: "program", id: "the-event" });
  const run = app.run(program, { id: "the-event", data: undefined });
  expect(await app.cancel(run.id)).toBe(true);
  await app.start();
  await clock.advance(10_000);
  await expect(run).rejects.toBeInstanceOf(CancelledError);
  expect((await app.runs.get(run.id))!.status).toBe("cancelled");
  expect(entered).toEqual([]);
});
