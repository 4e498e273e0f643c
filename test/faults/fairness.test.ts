// One user sends far more than others. There are no keys of fairness: turns go by when what is to run came due.
import { describe, expect, it } from "vitest";
import { InvalidDefinitionError, createApp, type App } from "../../src/index.ts";
import { Premises, stores } from "../operating/premises.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import { quiet } from "../properties/virtual-time.ts";

const newFile = temporaryFiles("fairness");
const MANY = 200;
const CONCURRENCY = 10;

const serving = (served: string[]) => (app: App) => {
  app.createFunction({ name: "Serve" }, { event: `${app.name}/serve` }, ({ event, step }) =>
    step.run("Serve", async () => {
      served.push(event.user);
      await quiet(1);
    }),
  );
};
const from = (user: string, count: number, app = "works") =>
  Array.from({ length: count }, () => ({ name: `${app}/serve`, user }));

describe.each(stores(newFile))("one user sends far more than others, %s", (_name, newStore) => {
  async function newProcess(premises: Premises, served: string[], name = "works") {
    const process = await premises.start(serving(served), { name });
    await process.app.stop({ timeout: "0 s" }); // it begins when all have sent
    return process;
  }

  it("turns go by when a run came due: what was sent before is ahead, and nothing that was sent later", async () => {
    const premises = new Premises(newStore());
    const served: string[] = [];
    const process = await newProcess(premises, served);
    const { app } = process;
    await app.send(from("loud", MANY));
    await premises.clock.advance(1);
    await app.send(from("quiet", 1));
    await premises.clock.advance(1);
    await app.send(from("loud", MANY));
    expect(served).toEqual([]);
    await app.start({ concurrency: CONCURRENCY });
    for (let moments = 0; moments < 100 && served.length < 2 * MANY + 1; moments++) await premises.pass(50);
    const place = served.indexOf("quiet");
    expect(served.length).toBe(2 * MANY + 1);
    expect(place).toBeGreaterThanOrEqual(MANY - CONCURRENCY);
    expect(place).toBeLessThanOrEqual(MANY + CONCURRENCY);
    await premises.stop(process);
  });

  it("an app of another name on the same store has its own turns", async () => {
    const premises = new Premises(newStore());
    const served: string[] = [];
    const loud = await newProcess(premises, served, "loud");
    const quietly = await newProcess(premises, served, "quiet");
    await loud.app.send(from("loud", MANY, "loud"));
    await quietly.app.send(from("quiet", 1, "quiet"));
    await Promise.all([loud, quietly].map(({ app }) => app.start({ concurrency: CONCURRENCY })));
    for (let moments = 0; moments < 100 && served.length < MANY + 1; moments++) await premises.pass(50);
    expect(served.length).toBe(MANY + 1);
    expect(served.indexOf("quiet")).toBeLessThan(MANY / 2);
    await premises.stop(loud);
    await premises.stop(quietly);
  });
});

describe.each(stores(newFile))("one function has far more due than another, %s", (_name, newStore) => {
  const named = (name: string, served: string[], concurrency?: number) => (app: App) =>
    app.createFunction({ name, concurrency }, { event: name }, ({ event, step }) =>
      step.run("Serve", async () => {
        served.push(`${name} ${event.data}`);
        await quiet(1);
      }),
    );
  const sent = (name: string, count: number) => Array.from({ length: count }, (_nothing, data) => ({ name, data }));

  /** What was served, of two functions of which the second is sent to when the first has a backlog. */
  async function serve(concurrency: number, limit?: number): Promise<string[]> {
    const premises = new Premises(newStore());
    const served: string[] = [];
    const process = await premises.start((app) => [named("loud", served, limit)(app), named("quiet", served)(app)]);
    await process.app.stop({ timeout: "0 s" });
    await process.app.send(sent("loud", MANY));
    await premises.clock.advance(1);
    await process.app.send(sent("quiet", 2));
    await process.app.start({ concurrency });
    for (let moments = 0; moments < 300 && served.length < MANY + 2; moments++) await premises.pass(50);
    expect(served.length).toBe(MANY + 2);
    expect(served.filter((one) => one.startsWith("loud"))).toEqual(
      sent("loud", MANY).map(({ data }) => `loud ${data}`),
    );
    await premises.stop(process);
    return served;
  }

  it.each([1, 2, CONCURRENCY])("what is due of the other is served first of all, with room for %i", async (room) => {
    const served = await serve(room);
    // What is claimed together begins together, in whatever order.
    expect(served.indexOf("quiet 0")).toBeLessThan(Math.max(2, room));
    expect(served.indexOf("quiet 1")).toBeLessThan(Math.max(4, room));
  });

  it("a limit of the one leaves room to the other", async () => {
    const served = await serve(CONCURRENCY, 1);
    expect(served.indexOf("quiet 1")).toBeLessThan(3);
  });
});

it("a limit for each user is refused, and not ignored", () => {
  const app = createApp({ name: "fair" });
  const options = { name: "Serve", concurrency: { limit: 1, key: "event.user.id" } };
  expect(() => app.createFunction(options as never, { event: "serve" }, () => 1)).toThrow(InvalidDefinitionError);
  expect(() => app.createFunction(options as never, { event: "serve" }, () => 1)).toThrow(/a limit for each key/);
});
