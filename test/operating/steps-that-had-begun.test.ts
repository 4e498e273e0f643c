// Code that changes while a step has begun and has no outcome: the run stands still before anything runs, and says what is missing.
import { describe, expect, it } from "vitest";
import { createApp, type App, type StepTools } from "../../src/index.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import { Premises, stores } from "./premises.ts";

const newFile = temporaryFiles("begun");
const MINUTE_MS = 60_000;

/** What a build does, and what it writes down. */
type Work = (step: StepTools, done: string[]) => unknown;

function build(work: Work) {
  return (app: App) => {
    const done: string[] = [];
    const options = {
      name: "Works",
      retries: { retries: 1, backoff: "fixed", initial: "10m", jitter: false },
    } as const;
    const works = app.createFunction(options, { event: "begin" }, ({ step }) => work(step, done) as Promise<unknown>);
    return { done, begin: () => app.run(works, { data: {} }) };
  };
}

/** A run comes as far as it can with one build whose process is then gone, and to another one. */
async function change(premises: Premises, old: Work, next: Work) {
  const first = await premises.start(build(old));
  const run = first.given.begin();
  run.catch(() => {});
  await premises.pass(1_000);
  await premises.lose(first);
  const second = await premises.start(build(next));
  await premises.pass(60 * MINUTE_MS);
  const { status, note } = await premises.run(run.id);
  await premises.stop(second);
  return { status, note, done: second.given.done };
}

/** Nobody carries it out. */
const slow = createApp({ name: "elsewhere" }).createFunction({ name: "Slow" }, { event: "slow" }, () => 1);
const never = () => new Promise(() => {});
const note = (step: StepTools, name: string, done: string[]) => step.run(name, () => void done.push(name));

describe.each(stores(newFile))("%s", (_name, newStore) => {
  it.each<[string, Work, Work, string]>([
    [
      "that runs at most once, renamed",
      (step) => step.run({ name: "Charge", atMostOnce: true }, never),
      (step, done) => step.run({ name: "Charge card", atMostOnce: true }, () => void done.push("charged")),
      "recorded: 1 Charge (begun); the code now asks for: 1 Charge card",
    ],
    [
      "whose next attempt is due, renamed",
      function* (step) {
        yield* step.run("Charge", () => {
          throw new Error("no");
        });
      },
      function* (step, done) {
        yield* note(step, "Charge card", done);
      },
      "recorded: 1 Charge (begun); the code now asks for: 1 Charge card",
    ],
    [
      "that invoked a function, renamed",
      async (step) => step.invoke("Print", { function: slow, data: {}, timeout: "20m" }),
      async (step) => step.invoke("Print it", { function: slow, data: {}, timeout: "20m" }),
      "recorded: 1 Print (begun); the code now asks for: 1 Print it",
    ],
    [
      "that runs at most once in one that was renamed",
      (step) => step.run("Outer", (inner) => inner.run({ name: "Charge", atMostOnce: true }, never)),
      (step) => step.run("Outermost", (inner) => inner.run({ name: "Charge", atMostOnce: true }, never)),
      "recorded: 1.1 Charge (begun); the code now asks for: 1 Outermost",
    ],
    [
      "that was the last, taken away",
      (step) => step.run({ name: "Charge", atMostOnce: true }, never),
      () => "done",
      "recorded: 1 Charge (begun); the code now ends",
    ],
  ])("a step %s: the run is paused, and nothing has run", async (_what, old, next, text) => {
    const premises = new Premises(newStore());
    expect(await change(premises, old, next)).toEqual({ status: "paused", note: text, done: [] });
  });

  it.each<[string, Work, Work]>([
    [
      "one that waits for an event is renamed",
      async (step) => step.waitForEvent("Paid", { event: "paid", timeout: "20m" }),
      async (step) => step.waitForEvent("Is paid", { event: "paid", timeout: "20m" }),
    ],
    ["one that sleeps is taken away", (step) => step.sleep("Night", "20m"), (step, done) => note(step, "Close", done)],
    [
      "another one is put before one that sleeps",
      (step) => step.sleep("Night", "20m"),
      function* (step, done) {
        yield* note(step, "Close", done);
        yield* step.sleep("Night", "20m");
      },
    ],
    [
      "another one is put behind it",
      function* (step) {
        yield* step.sleep("Night", "20m");
      },
      function* (step, done) {
        yield* step.sleep("Night", "20m");
        yield* note(step, "Close", done);
      },
    ],
    [
      "it begins in another order",
      async (step) => Promise.all([step.sleep("Night", "20m"), step.sleep("Day", "10m")]),
      async (step) => Promise.all([step.sleep("Day", "10m"), step.sleep("Night", "20m")]),
    ],
    [
      "the race that it lost is over",
      async (step) => {
        await step.race([step.sleep("Night", "20m"), step.run("Ring", () => {})]);
        await step.sleep("Day", "10m");
      },
      async (step) => {
        await step.race([step.sleep("Evening", "20m"), step.run("Ring", () => {})]);
        await step.sleep("Day", "10m");
      },
    ],
    [
      "the body around it failed since, and is tried again",
      async (step) => {
        await Promise.race([step.sleep("Night", "20m"), step.run("Ring", () => {})]);
        throw new Error("no");
      },
      async (step) => step.run("Ring", () => {}),
    ],
  ])("a run goes on where %s", async (_what, old, next) => {
    const premises = new Premises(newStore());
    expect(await change(premises, old, next)).toMatchObject({ status: "completed", note: undefined });
  });

  it("a body that fails of something else before it asks is tried again, as in any other run", async () => {
    const premises = new Premises(newStore());
    let isDown = false;
    const work: Work = async (step) => {
      if (isDown) throw new Error("the database is down");
      await step.sleep("Night", "5m");
    };
    const first = await premises.start(build(work));
    const run = first.given.begin();
    await premises.pass(1_000);
    isDown = true;
    await premises.pass(6 * MINUTE_MS);
    expect(await premises.run(run.id)).toMatchObject({ status: "retrying" });
    isDown = false;
    await premises.pass(20 * MINUTE_MS);
    expect((await premises.run(run.id)).status).toBe("completed");
    await premises.stop(first);
  });
});
