// A run that sleeps for long leaves memory, and its code does not notice: its generator is dropped without `return()`, so no
// `finally` runs then; it runs once, at the end of the pass that comes to it.
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { Performance, type Program } from "./stage.ts";

const LONG_MS = 600_000;

describe.each([
  [
    "generator",
    function* (step, { code, effects }) {
      code.push("begin");
      try {
        yield* step.run("Before", () => void effects.push("before"));
        yield* step.sleep("10m");
        yield* step.run("After", () => void effects.push("after"));
      } finally {
        code.push("finally");
        yield* step.run("Close", () => void effects.push("closed"));
      }
      return "done";
    },
  ],
  [
    "async generator",
    async function* (step, { code, effects }) {
      code.push("begin");
      try {
        await Promise.resolve();
        yield* step.run("Before", () => void effects.push("before"));
        yield* step.sleep("10m");
        yield* step.run("After", () => void effects.push("after"));
      } finally {
        code.push("finally");
        yield* step.run("Close", () => void effects.push("closed"));
      }
      return "done";
    },
  ],
  [
    "async function",
    async (step, { code, effects }) => {
      code.push("begin");
      try {
        await step.run("Before", () => void effects.push("before"));
        await step.sleep("10m");
        await step.run("After", () => void effects.push("after"));
      } finally {
        code.push("finally");
        await step.run("Close", () => void effects.push("closed"));
      }
      return "done";
    },
  ],
] satisfies [string, Program][])("%s", (_kind, program) => {
  it("runs no finally at a suspension, and runs it once in the end", async () => {
    const performance = await Performance.begin("on a store", program);
    await performance.pass(60_000);
    expect(await performance.status()).toBe("sleeping");
    expect(performance.notes).toEqual({ code: ["begin"], effects: ["before"] });
    await performance.pass(LONG_MS);
    expect(performance.end).toEqual({ ok: true, value: "done" });
    expect(performance.notes).toEqual({
      code: ["begin", "begin", "finally"],
      effects: ["before", "after", "closed"],
    });
  });
});

it("stays in memory for a sleep that is not worth leaving for", async () => {
  const performance = await Performance.begin("on a store", async (step, notes) => {
    notes.code.push("begin");
    await step.sleep("4s");
    return "done";
  });
  await performance.pass(5_000);
  expect(performance.end).toEqual({ ok: true, value: "done" });
  expect(performance.notes.code).toEqual(["begin"]);
});

it("leaves memory inside a nested generator, whose finally runs once in the end", async () => {
  const performance = await Performance.begin("on a store", function* (step, { code, effects }) {
    try {
      yield* step.run("Outer", function* (outer) {
        try {
          yield* outer.run("Inner", () => void effects.push("inner"));
          yield* outer.sleep("10m");
        } finally {
          code.push("inner finally");
        }
      });
    } finally {
      code.push("outer finally");
    }
  });
  await performance.pass(60_000);
  expect(await performance.status()).toBe("sleeping");
  expect(performance.notes).toEqual({ code: [], effects: ["inner"] });
  await performance.pass(LONG_MS);
  expect(performance.end).toMatchObject({ ok: true });
  expect(performance.notes).toEqual({ code: ["inner finally", "outer finally"], effects: ["inner"] });
});

it("leaves memory while a step waits for its next attempt, and no finally runs then", async () => {
  let isUp = false;
  const performance = await Performance.begin("on a store", function* (step, { code, effects }) {
    try {
      return yield* step.run(
        { name: "Ask", retries: { retries: 1, backoff: "fixed", initial: "10m", jitter: false } },
        () => {
          effects.push(`attempt ${step.attempt}`);
          if (!isUp) throw new Error("down");
          return "answer";
        },
      );
    } finally {
      code.push("finally");
    }
  });
  await performance.pass(60_000);
  expect(await performance.status()).toBe("retrying");
  expect(performance.notes).toEqual({ code: [], effects: ["attempt 1"] });
  isUp = true;
  await performance.pass(LONG_MS);
  expect(performance.end).toEqual({ ok: true, value: "answer" });
  expect(performance.notes).toEqual({ code: ["finally"], effects: ["attempt 1", "attempt 2"] });
});

it("a promise of a run that has left memory never settles", async () => {
  let settledAs = "never";
  const performance = await Performance.begin("on a store", async (step) => {
    const sleep = step.sleep("10m");
    sleep.then(
      () => {
        settledAs = "fulfilled";
      },
      () => {
        settledAs = "rejected";
      },
    );
    await sleep;
  });
  await performance.pass(60_000);
  expect(await performance.status()).toBe("sleeping");
  expect(settledAs).toBe("never");
});

describe("a timeout counts on while its run is out of memory", () => {
  const waiting =
    (timeout: string, retries: number): Program =>
    async (step, { effects }) => {
      const end = await step
        .run(
          { name: "Wait for approval", timeout, retries: { retries, initial: "1m", jitter: false } },
          async (own) => {
            await own.run("Ask", () => void effects.push(`asked in attempt ${own.attempt}`));
            await own.sleep("30m");
            return "approved";
          },
        )
        .result();
      return end.ok ? end.value : end.error._tag;
    };

  it("and the attempt is over when its time is, long before the sleep in it", async () => {
    const performance = await Performance.begin("on a store", waiting("10m", 0));
    await performance.pass(60_000);
    expect(await performance.status()).toBe("sleeping");
    await performance.pass(LONG_MS - 61_000);
    expect(performance.end).toBe("under way");
    await performance.pass(2_000);
    expect(performance.end).toEqual({ ok: true, value: "StepTimeoutError" });
    expect(performance.notes.effects).toEqual(["asked in attempt 1"]);
  });

  it("changes nothing where it is longer", async () => {
    const performance = await Performance.begin("on a store", waiting("40m", 0));
    await performance.pass(3 * LONG_MS + 1_000);
    expect(performance.end).toEqual({ ok: true, value: "approved" });
    expect(performance.notes.effects).toEqual(["asked in attempt 1"]);
  });

  it("counts anew in the next attempt, which finds what is recorded and sleeps on to the same time", async () => {
    const performance = await Performance.begin("on a store", waiting("20m", 1));
    await performance.pass(2 * LONG_MS + 30_000); // the first attempt is over, and the second one due in 30 s
    expect(await performance.steps()).toMatchObject([{ status: "retrying", attempts: 1 }]);
    await performance.pass(LONG_MS - 30_000 - 1_000);
    expect(performance.end).toBe("under way");
    await performance.pass(2_000);
    expect(performance.end).toEqual({ ok: true, value: "approved" });
    expect(performance.notes.effects).toEqual(["asked in attempt 1"]);
  });

  it("and is not over during a replay: what was recorded is handed out first", async () => {
    const performance = await Performance.begin("on a store", function* (step, { code }) {
      const end = yield* step
        .run({ name: "Slow", timeout: "10m" }, function* (own) {
          for (const name of ["a", "b", "c"]) code.push(yield* own.run(name, () => name));
          yield* own.sleep("30m");
        })
        .result();
      return end.ok;
    });
    await performance.pass(2 * LONG_MS);
    expect(performance.end).toEqual({ ok: true, value: false });
    expect(performance.notes.code).toEqual(["a", "b", "c", "a", "b", "c"]);
  });
});

describe("does not leave memory with something on its way", () => {
  const turnsOf = (turns: number) => async (): Promise<string> => {
    await settledTurns(turns);
    return "quick";
  };

  it("the branch of a race that has ended, and whose outcome is about to be handed out", async () => {
    for (let turns = 0; turns < 12; turns++) {
      const performance = await Performance.begin("on a store", (step) =>
        step.race([turnsOf(turns), (branch) => branch.sleep("10m")]),
      );
      await performance.pass(3_000);
      expect([turns, performance.end]).toEqual([turns, { ok: true, value: "quick" }]);
    }
  });

  it("code behind a foreign await, beside a long sleep: it is given a second to ask for a step", async () => {
    const clock = new ManualClock();
    const program: Program = async (step, { effects }) => {
      const reminder = step.sleep("10m");
      await new Promise<void>((resolve) => void clock.timer(400, resolve));
      await step.run("Beside", () => void effects.push("beside"));
      await reminder;
    };
    const performance = await Performance.begin("on a store", program, { clock });
    await performance.pass(500);
    expect(performance.notes.effects).toEqual(["beside"]);
    await performance.pass(60_000);
    expect(await performance.status()).toBe("sleeping");
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])("a cancellation about when it goes to sleep, %i", async (turns) => {
    const performance = await Performance.begin("on a store", function* (step, { effects }) {
      try {
        yield* step.run("Work", turnsOf(16));
        yield* step.sleep("10m");
      } finally {
        yield* step.run("Close", () => void effects.push("closed"));
      }
    });
    await settledTurns(turns);
    expect(await performance.cancel()).toBe(true);
    await performance.pass(3_000);
    expect([performance.end, performance.notes.effects]).toEqual(["cancelled", ["closed"]]);
    expect(performance.claims).toBeLessThan(3);
  });

  it("nor when it was woken to be cancelled", async () => {
    const performance = await Performance.begin("on a store", function* (step, { effects }) {
      try {
        yield* step.sleep("10m");
      } finally {
        yield* step.run("Close", () => void effects.push("closed"));
      }
    });
    await performance.pass(60_000);
    expect(await performance.status()).toBe("sleeping");
    expect(await performance.cancel()).toBe(true);
    await performance.pass(3_000);
    expect([performance.end, performance.notes.effects]).toEqual(["cancelled", ["closed"]]);
    expect(performance.claims).toBe(2);
  });
});

async function settledTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => void setImmediate(resolve));
}
