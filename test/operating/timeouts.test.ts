// `timeouts` of a function: a run that is late never begins, and one that takes too long is cancelled.
import { describe, expect, it } from "vitest";
import { CancelledError, InvalidDefinitionError, createApp, type App } from "../../src/index.ts";
import { createAppWith } from "../../src/app/create-app.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import { Premises, stores } from "./premises.ts";

const newFile = temporaryFiles("timeouts");
const MINUTE_MS = 60_000;

function slow(app: App) {
  const done: string[] = [];
  const takes = app.createFunction(
    { name: "Takes its time", timeouts: { start: "5m", finish: "10m" } },
    { event: "begin" },
    function* ({ event, step }) {
      try {
        yield* step.run("Begin", () => done.push("began"));
        yield* step.sleep("Long", event.data as number);
        return "in time";
      } finally {
        yield* step.run("Tidy", () => done.push("tidied"));
      }
    },
  );
  return { done, takes, begin: (ms: number) => app.run(takes, { data: ms }) };
}

describe.each(stores(newFile))("finish, %s", (_name, newStore) => {
  it("cancels a run that sleeps or waits beyond it, whose cleanup runs; one that is in time is left alone", async () => {
    const premises = new Premises(newStore());
    const process = await premises.start(slow);
    const [late, punctual] = [process.given.begin(15 * MINUTE_MS), process.given.begin(9 * MINUTE_MS)];
    await premises.pass(10 * MINUTE_MS - 1);
    expect(await punctual).toBe("in time");
    expect((await premises.run(late.id)).status).toBe("sleeping");
    await premises.pass(1_000);
    await expect(late).rejects.toThrow(CancelledError);
    expect((await premises.run(late.id)).status).toBe("cancelled");
    expect(process.given.done.toSorted()).toEqual(["began", "began", "tidied", "tidied"]);
    await premises.stop(process);
  });

  it("counts from the first beginning, whatever becomes of the process", async () => {
    const premises = new Premises(newStore());
    const first = await premises.start(slow);
    const late = first.given.begin(15 * MINUTE_MS);
    await premises.pass(6 * MINUTE_MS);
    await premises.lose(first);
    const next = await premises.start(slow);
    await premises.pass(5 * MINUTE_MS);
    expect((await premises.run(late.id)).status).toBe("cancelled");
    expect(next.given.done).toEqual(["tidied"]);
    await premises.stop(next);
  });
});

describe.each(stores(newFile))("start, %s", (_name, newStore) => {
  it("cancels a run that no worker began in time, and nothing of it runs", async () => {
    const premises = new Premises(newStore());
    const before = await premises.start(slow);
    await premises.stop(before);
    const late = before.given.begin(1);
    await premises.pass(6 * MINUTE_MS);
    const process = await premises.start(slow);
    await premises.pass(1_000);
    expect([(await premises.run(late.id)).status, process.given.done]).toEqual(["cancelled", []]);
    const punctual = process.given.begin(1);
    await premises.pass(1_000);
    expect(await punctual).toBe("in time");
    await premises.stop(process);
  });
});

/** What a promise comes to. */
async function stateOf(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise.then(undefined, (error: unknown) => error);
}

it("finish holds without a store, too", async () => {
  const clock = new ManualClock();
  const app = createAppWith({ name: "works" }, { clock, random: systemRandomness });
  const { begin, done } = slow(app);
  const late = stateOf(begin(15 * MINUTE_MS));
  await clock.advance(11 * MINUTE_MS);
  expect(await late).toBeInstanceOf(CancelledError);
  expect(done).toEqual(["began", "tidied"]);
});

it("what makes no sense is refused when the function is defined", () => {
  const app = createApp({ name: "works" });
  const define = (timeouts: object) => app.createFunction({ name: "f", timeouts } as never, { event: "e" }, () => 1);
  expect(() => define({ end: "1h" })).toThrow(InvalidDefinitionError);
  expect(() => define({ end: "1h" })).toThrow(/have "end"; there are start and finish/);
  expect(() => define({ finish: "soon" })).toThrow(/no duration/);
  expect(() => app.createFunction({ name: "g", version: 2 } as never, { event: "e" }, () => 1)).toThrow(/version/);
});
