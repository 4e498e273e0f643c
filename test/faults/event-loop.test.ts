// A function that sends its own trigger: a loop over runs. Nothing stops it by itself, and it stops nothing else.
import { describe, expect, it } from "vitest";
import type { App } from "../../src/index.ts";
import { Premises, stores } from "../operating/premises.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";

const newFile = temporaryFiles("event-loop");
const ROUNDS = 30;

function echoing(app: App) {
  const rounds: number[] = [];
  const others: number[] = [];
  app.createFunction({ name: "Echo" }, { event: "echo" }, function* ({ event, step }) {
    yield* step.run("Work", () => rounds.push(event.data));
    yield* step.sleep("Breathe", 100);
    yield* step.sendEvent("Again", { name: "echo", data: event.data + 1 });
  });
  app.createFunction({ name: "Other" }, { event: "other" }, ({ event, step }) =>
    step.run("Work", () => void others.push(event.data)),
  );
  return { rounds, others };
}

async function passUntilRound(premises: Premises, rounds: readonly number[], last: number): Promise<void> {
  for (let moments = 0; moments < 1_000 && rounds.length < last; moments++) await premises.pass(20);
}

describe.each(stores(newFile))("a function that sends its own trigger, %s", (_name, newStore) => {
  it("has each round as a run of its own, once, with a journal that does not grow", async () => {
    const premises = new Premises(newStore());
    const process = await premises.start(echoing);
    const { app, given } = process;
    await app.send({ name: "echo", data: 1 });
    await passUntilRound(premises, given.rounds, ROUNDS);
    expect(given.rounds.slice(0, ROUNDS)).toEqual(Array.from({ length: ROUNDS }, (_, place) => place + 1));
    const { items } = await app.runs.list({ function: "echo", limit: 100 });
    expect(items.length).toBe(given.rounds.length);
    const sizes = await Promise.all(items.map(async ({ id }) => (await premises.run(id)).steps.length));
    expect(Math.max(...sizes)).toBe(3);
    await premises.stop(process);
  });

  it("lets other functions have their turn, also where a single run has room", async () => {
    const premises = new Premises(newStore());
    const process = await premises.start(echoing);
    await process.app.stop({ timeout: "0 s" });
    await process.app.start({ concurrency: 1 });
    await process.app.send({ name: "echo", data: 1 });
    await passUntilRound(premises, process.given.rounds, 5);
    await process.app.send([1, 2, 3].map((data) => ({ name: "other", data })));
    await passUntilRound(premises, process.given.rounds, 10);
    expect(process.given.others).toEqual([1, 2, 3]);
    await premises.stop(process);
  });

  it("ends when the run that is about to send is cancelled", async () => {
    const premises = new Premises(newStore());
    const process = await premises.start(echoing);
    await process.app.send({ name: "echo", data: 1 });
    await passUntilRound(premises, process.given.rounds, 5);
    const alive = (await process.app.runs.list({ limit: 100 })).items.filter(({ endedAt }) => endedAt === undefined);
    for (const { id } of alive) expect(await process.app.cancel(id)).toBe(true);
    await premises.pass(5_000);
    expect(process.given.rounds.length).toBe(5);
    expect((await process.app.runs.list({ status: "running" })).items).toEqual([]);
    await premises.stop(process);
  });
});
