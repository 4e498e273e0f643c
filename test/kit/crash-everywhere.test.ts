// `crashEverywhere` on planted functions: what it finds, what it says, and what it lets pass.
import { describe, expect, it } from "vitest";
import { createApp, TaggedError } from "../../src/index.ts";
import { CrashTestError, StuckRunError, createTestApp } from "../../src/testing.ts";

class Declined extends TaggedError("KitDeclined", { retry: false })<{ readonly code: string }> {}

const app = createApp({ name: "planted", retries: 2 });
const trigger = { event: "planted" };
const t = createTestApp(app);
const nothing = { data: undefined };

async function storyOf(play: Promise<void>): Promise<string> {
  const error = await play.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CrashTestError);
  return (error as CrashTestError).message;
}

describe("a function that does something outside of its steps", () => {
  const mailing = app.createFunction({ name: "Remind" }, trigger, async ({ step }) => {
    await step.run("Find invoice", () => "inv-1");
    t.effect("mail to ada"); // belongs into a step
    await step.run("Note it", () => {});
  });

  it("is told what was done twice, and by what", async () => {
    expect(await storyOf(t.crashEverywhere(mailing, nothing))).toBe(
      [
        '"Remind" does not survive a crash: "mail to ada" was done twice, and once without the crash, by the code of "Remind" outside of its steps.',
        "",
        "The process crashed when step 2 Note it had been recorded. Another one went on.",
        "  without the crash: completed with undefined",
        "  with the crash:    completed with undefined",
        "",
        "Its steps",
        "  1 Find invoice: recorded before the crash",
        "  2 Note it: recorded before the crash",
        "",
        "Code outside of steps runs again whenever a run goes on. What it draws, reads from a clock or does to the world belongs into a step.",
      ].join("\n"),
    );
  });

  it("also where it is a step's own code, beside its substeps", async () => {
    const composite = app.createFunction({ name: "Composite" }, trigger, function* ({ step }) {
      yield* step.run("Remind", function* (inner) {
        yield* inner.run("Find invoice", () => "inv-1");
        t.effect("mail to ada");
        yield* inner.run("Note it", () => {});
      });
    });
    expect(await storyOf(t.crashEverywhere(composite, nothing))).toContain(
      "by the code of step 1 Remind outside of its substeps",
    );
  });
});

describe("a function that draws or reads a clock outside of its steps", () => {
  it("comes to another outcome", async () => {
    const drawing = app.createFunction({ name: "Draw" }, trigger, function* ({ step }) {
      const key = Math.random();
      yield* step.run("Charge", () => "ch_1");
      return key;
    });
    const story = await storyOf(t.crashEverywhere(drawing, nothing));
    expect(story).toMatch(/^"Draw" does not survive a crash: it comes to another outcome\./);
    expect(story).toMatch(
      / {2}without the crash: completed with 0\.\d+\n {2}with the crash: {4}completed with 0\.\d+\n/,
    );
    expect(story).toContain("  1 Charge: recorded before the crash");
  });
  it("gives a step another input", async () => {
    const timing = app.createFunction({ name: "Time" }, trigger, async ({ step }) => {
      const now = Date.now();
      await step.run("Note", (at: number) => void at, now);
    });
    expect(await storyOf(t.crashEverywhere(timing, nothing))).toMatch(
      /step 1 Note was given \[ \d+ \], and \[ \d+ \] without the crash/,
    );
  });
  it("asks for other steps", async () => {
    const naming = app.createFunction({ name: "Name" }, trigger, function* ({ step }) {
      yield* step.run("First", () => 1);
      yield* step.run(`Charge ${Math.random()}`, () => 1);
      yield* step.run("Last", () => 1);
    });
    expect(await storyOf(t.crashEverywhere(naming, nothing))).toMatch(/its steps differ: 2 Charge 0\.\d+ completed/);
  });
  it("keeps what a step did to a variable", async () => {
    const counting = app.createFunction({ name: "Count" }, trigger, async ({ step }) => {
      let total = 0;
      await step.run("Add 5", () => {
        total += 5;
      });
      await step.run("Add 6", () => {
        total += 6;
      });
      return total;
    });
    const error = await t.crashEverywhere(counting, nothing).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "CrashTestError",
      code: "ERR_ASSERTION",
      expected: { kind: "value", value: 11 },
      actual: { kind: "value", value: 6 },
    });
  });
  it("cannot go on where a replay asks for other steps than were recorded", async () => {
    let entered = 0;
    const changing = app.createFunction({ name: "Change" }, trigger, function* ({ step }) {
      entered++; // once in the first play; before and after the crash in the second
      yield* step.run(entered === 3 ? "Refund" : "Charge", () => 1);
      yield* step.run("Last", () => 1);
    });
    const story = await storyOf(t.crashEverywhere(changing, nothing));
    expect(story).toMatch(
      /^"Change" does not survive a crash: it does not come to its end: "Change" \(run_\w+\) is paused: /,
    );
    expect(story).toContain("  with the crash:    did not end");
  });
});

describe("the plays", () => {
  it("are one without a crash, one with a crash behind each write, and one with a crash before the first", async () => {
    const lives: string[] = [];
    const counted = app.createFunction({ name: "Counted" }, trigger, function* ({ step }) {
      lives.push("");
      yield* step.run("A", () => void (lives[lives.length - 1] += "A"));
      yield* step.run("B", () => void (lives[lives.length - 1] += "B"));
    });
    await t.crashEverywhere(counted, nothing);
    // Undisturbed; behind A, B and the end of the run; before anything.
    expect(lives).toEqual(["AB", "A", "B", "AB", "", "AB", "A", "AB"]);
  });

  it("begin nothing any more in a process that is gone", async () => {
    let entered = 0;
    const parallel = app.createFunction({ name: "Parallel" }, trigger, async ({ step }) => {
      const late = async (): Promise<void> => {
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        await step.run("Late", () => void entered++); // in the first life, its process is gone by then
      };
      await Promise.all([step.run("Early", () => {}), late()]);
    });
    await t.crashEverywhere(parallel, nothing);
    expect(entered).toBe(5); // undisturbed; behind Early, Late and the end; before anything
  });

  it("see what other runs do that the function starts", async () => {
    const parent = app.createFunction({ name: "Teller" }, trigger, function* ({ step }) {
      return yield* step.sendEvent("Tell", { name: "told", data: 1 });
    });
    app.createFunction({ name: "Hearer" }, { event: "told" }, async ({ step }) => {
      await step.run("Hear", () => {});
      t.effect("heard"); // belongs into a step
      await step.run("Note", () => {});
    });
    await expect(t.crashEverywhere(parent, nothing)).rejects.toThrow('by the code of "Hearer" outside of its steps');
  });
});

describe("a function that survives", () => {
  it("draws, fails and does all it does in its steps", async () => {
    let flaky = 0;
    const fine = app.createFunction({ name: "Fine" }, trigger, async ({ step }) => {
      const id = await step.run("Draw", () => Math.random());
      await step.run({ name: "Flaky", retries: 2 }, () => {
        t.effect(`charge ${id}`);
        if (flaky++ % 2 === 0) throw new RangeError("once more");
      });
      await step.sleep("7 days");
      const declined = await step
        .run("Charge", () => {
          throw new Declined({ code: "x" });
        })
        .possibleError(Declined)
        .onError((_error, inner) => inner.run("Tell", () => t.effect("told")))
        .next("declined");
      return { id, declined };
    });
    await expect(t.crashEverywhere(fine, nothing)).resolves.toBeUndefined();
  });

  it("works in parallel, and starts others", async () => {
    const child = app.createFunction({ name: "Child" }, { event: "child" }, function* ({ event, step }) {
      return yield* step.run("Double", () => event.data * 2);
    });
    const parent = app.createFunction({ name: "Parent" }, trigger, function* ({ step }) {
      const both = yield* step.all([(inner) => inner.run("A", () => 1), (inner) => inner.run("B", () => 2)]);
      const doubled = yield* step.invoke("Ask the other", { function: child, data: 21 });
      return [...both, doubled];
    });
    expect(await t.run(parent, nothing)).toEqual([1, 2, 42]);
    await t.crashEverywhere(parent, nothing);
  });

  it("is sent what it waits for, meanwhile", async () => {
    const waiting = app.createFunction({ name: "Wait" }, trigger, function* ({ step }) {
      yield* step.run("Ask", () => t.effect("asked"));
      const answer = yield* step.waitForEvent("Answer", { event: "answer", timeout: "3 days" });
      return answer?.data;
    });
    await t.crashEverywhere(waiting, {
      data: undefined,
      async meanwhile(play) {
        await play.advance("1 day");
        await play.send({ name: "answer", data: "yes", id: "answer-1" });
      },
    });
    expect(await t.run(waiting, nothing)).toBeUndefined();
  });

  it("fails with its error in each play", async () => {
    const failing = app.createFunction({ name: "Fail" }, trigger, function* ({ step }) {
      yield* step.run("Draw", () => 1);
      yield* step
        .run("Charge", () => {
          throw new Declined({ code: "x" });
        })
        .possibleError(Declined);
    });
    await expect(t.crashEverywhere(failing, nothing)).resolves.toBeUndefined();
  });
});

describe("a function that does not even end without a crash", () => {
  it("is told as such", async () => {
    const drawing = app.createFunction({ name: "Draw a name" }, trigger, function* ({ step }) {
      yield* step.run(`Charge ${Math.random()}`, () => 1);
      yield* step.sleep("1 day"); // it leaves memory here, and is replayed
      yield* step.run("Last", () => 1);
    });
    await expect(t.crashEverywhere(drawing, nothing)).rejects.toThrow(StuckRunError);
  });
});
