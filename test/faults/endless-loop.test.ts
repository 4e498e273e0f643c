// A loop of steps without an end: the run stands still at `maxSteps`, and says so; nothing of it is lost.
import { describe, expect, it } from "vitest";
import { CancelledError, InvalidDefinitionError, createApp, type App } from "../../src/index.ts";
import { Premises, stores } from "../operating/premises.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import { quiet } from "../properties/virtual-time.ts";

const newFile = temporaryFiles("endless");
const NOTE =
  "it has recorded 51 steps, and may record 50: is there a loop without an end? Cancel it, or raise createApp({ maxSteps })";

function looping(app: App) {
  const did = { looks: 0, tidied: 0 };
  const endless = app.createFunction({ name: "Endless" }, { event: "endless" }, function* ({ step }) {
    try {
      for (;;) yield* step.run("Look", () => ++did.looks);
    } finally {
      yield* step.run("Tidy", () => ++did.tidied);
      yield* step.run("Tidy the rest", () => ++did.tidied);
    }
  });
  const bounded = app.createFunction({ name: "Bounded" }, { event: "bounded" }, function* ({ event, step }) {
    let last = 0;
    for (let place = 0; place < event.data; place++) last = yield* step.run("Look", () => place);
    return last;
  });
  const parallel = app.createFunction({ name: "Parallel" }, { event: "parallel" }, function* ({ event, step }) {
    const looks = yield* step.map("All", Array.from({ length: event.data as number }), (_item, inner) =>
      inner.run("Look", async () => {
        did.looks++;
        await quiet(1);
      }),
    );
    return looks.length;
  });
  return { did, endless, bounded, parallel };
}

describe.each(stores(newFile))("an endless loop, %s", (_name, newStore) => {
  it("is paused with a note at the step beyond the limit; other runs go on, and a restart does not let it loop on", async () => {
    const premises = new Premises(newStore());
    const first = await premises.start(looping, { maxSteps: 50 });
    const run = first.app.run(first.given.endless, {});
    void run.then(undefined, () => {});
    const others = first.app.run(first.given.bounded, { data: 50 });
    await premises.pass(1_000);
    expect(await others).toBe(49);
    expect(await premises.run(run.id)).toMatchObject({ status: "paused", note: NOTE });
    expect((await premises.run(run.id)).steps.length).toBe(51);
    expect(first.given.did).toEqual({ looks: 51, tidied: 0 });
    await premises.stop(first);

    const next = await premises.start(looping, { maxSteps: 50 });
    await premises.pass(1_000);
    expect(await premises.run(run.id)).toMatchObject({ status: "paused", note: NOTE });
    expect(next.given.did).toEqual({ looks: 0, tidied: 0 });
    await premises.stop(next);
  });

  it("that is cancelled cleans up, also beyond the limit", async () => {
    const premises = new Premises(newStore());
    const process = await premises.start(looping, { maxSteps: 50 });
    const run = process.app.run(process.given.endless, {});
    const end = run.then(undefined, (error: unknown) => error);
    await premises.pass(1_000);
    expect(await process.app.cancel(run.id)).toBe(true);
    await premises.pass(1_000);
    expect((await premises.run(run.id)).status).toBe("cancelled");
    expect(await end).toBeInstanceOf(CancelledError);
    expect(process.given.did.tidied).toBe(2);
    expect(process.given.did.looks).toBeLessThanOrEqual(52); // the one that its code had asked for may have begun
    await premises.stop(process);
  });

  it("that was none goes on from where it stood once more is allowed", async () => {
    const premises = new Premises(newStore());
    const first = await premises.start(looping, { maxSteps: 50 });
    const run = first.app.run(first.given.bounded, { data: 80 });
    void run.then(undefined, () => {});
    await premises.pass(1_000);
    expect((await premises.run(run.id)).status).toBe("paused");
    await premises.stop(first);
    const next = await premises.start(looping, { maxSteps: 100 });
    await premises.pass(1_000);
    expect(await premises.run(run.id)).toMatchObject({ status: "completed", output: 79 });
    await premises.stop(next);
  });

  it("lets what is at work beside it end: no body runs twice for the limit", async () => {
    const premises = new Premises(newStore());
    const first = await premises.start(looping, { maxSteps: 50 });
    const run = first.app.run(first.given.parallel, { data: 40 });
    void run.then(undefined, () => {});
    await premises.pass(1_000);
    expect((await premises.run(run.id)).status).toBe("paused");
    await premises.stop(first);
    const next = await premises.start(looping, { maxSteps: 100 });
    await premises.pass(1_000);
    expect(await premises.run(run.id)).toMatchObject({ status: "completed", output: 40 });
    expect(first.given.did.looks + next.given.did.looks).toBe(40);
    await premises.stop(next);
  });

  it("is not seen in 10,000 steps, unless the app says so", { timeout: 60_000 }, async () => {
    const premises = new Premises(newStore());
    const process = await premises.start(looping);
    const run = process.app.run(process.given.bounded, { data: 10_000 });
    const seen = { last: -1 };
    void run.then((last) => (seen.last = last));
    for (let moments = 0; moments < 2_000 && seen.last === -1; moments++) await premises.pass(10);
    expect(seen.last).toBe(9_999);
    await premises.stop(process);
  });
});

it.each([0, -1, Number.NaN, "50"])("maxSteps is not %s", (maxSteps) => {
  expect(() => createApp({ name: "limits", maxSteps: maxSteps as number })).toThrow(InvalidDefinitionError);
});
