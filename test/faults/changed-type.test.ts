// New code gives something of another type from a step that runs have recorded already.
import { describe, expect, it } from "vitest";
import type { App } from "../../src/index.ts";
import { Premises, stores } from "../operating/premises.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";

const newFile = temporaryFiles("type");
const WAIT_MS = 10_000;

interface Price {
  readonly amount: number;
  readonly currency: string;
}
type Seen = readonly [kind: string, value: unknown];

/** The function in each of its versions: what its step gives, and what the code makes of it. */
function version<Given>(price: () => Given, use: (given: Given) => unknown) {
  return (app: App) => {
    const entered: string[] = [];
    const seen: Seen[] = [];
    app.createFunction({ name: "Bill", id: "bill" }, { event: "bill" }, function* ({ step }) {
      const given = yield* step.run("Price", () => {
        entered.push("Price");
        return price();
      });
      seen.push([typeof given, given]);
      yield* step.sleep("Wait", WAIT_MS);
      return yield* step.run("Charge", () => use(given as Given));
    });
    return { entered, seen };
  };
}
const old = version(
  () => 42,
  (amount) => amount,
);
const now = version(
  (): Price | number => ({ amount: 42, currency: "EUR" }),
  (price) => (typeof price === "number" ? { amount: price, currency: "USD" } : price),
);
const careless = version(
  (): Price => ({ amount: 42, currency: "EUR" }),
  (price) => price.currency.toLowerCase(),
);

describe.each(stores(newFile))("what a step gives has another type in new code, %s", (_name, newStore) => {
  async function changeTo<Given>(code: (app: App) => Given) {
    const premises = new Premises(newStore());
    const before = await premises.start(old, { retries: 0 });
    const { ids } = await before.app.send({ name: "bill" });
    await premises.pass(0);
    const { items } = await before.app.runs.list({ eventId: ids[0]! });
    await premises.stop(before);
    const after = await premises.start(code, { retries: 0 });
    await premises.pass(WAIT_MS);
    const run = await premises.run(items[0]!.id);
    const next = await after.app.send({ name: "bill" });
    await premises.pass(0);
    await premises.pass(WAIT_MS);
    const second = await premises.run((await after.app.runs.list({ eventId: next.ids[0]! })).items[0]!.id);
    await premises.stop(after);
    return { run, second, given: after.given };
  }

  it("the recorded value is handed out as it is, and its step does not run again; new runs get the new one", async () => {
    const { run, second, given } = await changeTo(now);
    expect(given.seen[0]).toEqual(["number", 42]);
    expect(given.entered).toEqual(["Price"]);
    expect(run).toMatchObject({ status: "completed", output: { amount: 42, currency: "USD" } });
    expect(second).toMatchObject({ status: "completed", output: { amount: 42, currency: "EUR" } });
  });

  it("code that does not expect the old one fails as any code does, at the step that used it", async () => {
    const { run, second } = await changeTo(careless);
    expect(run.status).toBe("failed");
    expect(run).toMatchObject({ error: { message: expect.stringContaining("undefined") as string } });
    expect(run.steps.map(({ number, name, status }) => `${number} ${name} ${status}`)).toEqual([
      "1 Price completed",
      "2 Wait completed",
      "3 Charge failed",
    ]);
    expect(second).toMatchObject({ status: "completed", output: "eur" });
  });
});
