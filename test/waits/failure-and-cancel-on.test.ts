import { describe, expect, it } from "vitest";
import type { App } from "../../src/index.ts";
import { PLACES, Stage, stateOf } from "./stage.ts";

describe.each(PLACES)("onFailure, %s", (place) => {
  it("is called once when the run has failed for good, may run steps, and changes nothing of the end", async () => {
    const told: unknown[] = [];
    const stage = await Stage.begin(place, (app: App) => {
      const fails = app.createFunction(
        {
          name: "Fails",
          retries: 2,
          onFailure: function* ({ error, event, step, runId }) {
            yield* step.run(
              "Tell",
              () => void told.push([error.message, event.data.n, runId.slice(0, 4), step.number]),
            );
          },
        },
        { event: "begin" },
        async ({ event, step }) => {
          await step.run("Before", () => 1);
          if (event.data.n > 0) throw new Error(`no ${event.data.n}`);
          return "well";
        },
      );
      return { begin: (n: number) => app.run(fails, { data: { n } }) };
    });
    const [well, badly] = [stage.given.begin(0), stage.given.begin(7)];
    await stage.pass(120_000);
    expect(await stateOf(well)).toBe("well");
    expect(await stateOf(badly)).toMatchObject({ message: "no 7" });
    expect(told).toEqual([["no 7", 7, "run_", "2"]]);
  });
});

function cancelling(app: App) {
  const done: string[] = [];
  const ships = app.createFunction(
    { name: "Ships", cancelOn: [{ event: "order.cancelled", match: "data.orderId" }, { event: "shop.closed" }] },
    { event: "order.placed" },
    function* ({ event, step }) {
      try {
        yield* step.sleep("Wait for the truck", "20s");
        yield* step.run("Ship", () => void done.push(`shipped ${event.data.orderId}`));
      } finally {
        yield* step.run("Tidy up", () => void done.push(`tidied ${event.data.orderId}`));
      }
    },
  );
  return { done, begin: (orderId: number) => app.run(ships, { data: { orderId } }) };
}

describe.each(PLACES)("cancelOn, %s", (place) => {
  it("cancels the run that the event is for, whose cleanup runs; others go on", async () => {
    const stage = await Stage.begin(place, cancelling);
    const [one, two] = [stage.given.begin(1), stage.given.begin(2)];
    await stage.pass(3_000);
    await stage.send("order.cancelled", { orderId: 2 });
    await stage.send("order.cancelled", { orderId: 3 });
    await stage.pass(30_000);
    expect(await stateOf(two)).toMatchObject({ _tag: "CancelledError" });
    expect(await stateOf(one)).toBeUndefined();
    expect(stage.given.done.toSorted()).toEqual(["shipped 1", "tidied 1", "tidied 2"]);
  });

  it("cancels every run, without a match", async () => {
    const stage = await Stage.begin(place, cancelling);
    const runs = [stage.given.begin(1), stage.given.begin(2)];
    await stage.pass(3_000);
    await stage.send("shop.closed", {});
    await stage.pass(30_000);
    for (const run of runs) expect(await stateOf(run)).toMatchObject({ _tag: "CancelledError" });
    expect(stage.given.done.toSorted()).toEqual(["tidied 1", "tidied 2"]);
  });
});

it("an event that was sent before a worker took the run up cancels it, too, in whatever process", async () => {
  const stage = await Stage.begin("on a store", cancelling);
  const run = stage.given.begin(1);
  await stage.pass(2_000);
  await stage.lose();
  await stage.send("order.cancelled", { orderId: 1 });
  await stage.pass(30_000);
  expect(await stage.app.runs.get(run.id)).toMatchObject({ status: "cancelled" });
  expect(stage.given.done).toEqual(["tidied 1"]);
});

it("what makes no sense is refused where the function is created", async () => {
  await Stage.begin("in process", (app: App) => {
    const options = { name: "A", cancelOn: [{ event: "b", if: "x" }] };
    expect(() => app.createFunction(options as never, { event: "a" }, () => {})).toThrow(/has "if"/);
    expect(() => app.createFunction({ name: "B", onFailure: 5 } as never, { event: "a" }, () => {})).toThrow(
      /onFailure/,
    );
  });
});
