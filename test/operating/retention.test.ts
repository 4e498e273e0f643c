// `retention`: what ended long ago is removed by whichever process works next, and nothing that lives.
import { describe, expect, it } from "vitest";
import type { App } from "../../src/index.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import { Premises, stores } from "./premises.ts";

const newFile = temporaryFiles("retention");
const DAY_MS = 24 * 3_600_000;

function greeting(app: App) {
  app.createFunction({ name: "Greets" }, { event: "hello" }, function* ({ event, step }) {
    yield* step.run("Greet", () => event.data as string);
    if (event.data === "stays") yield* step.sleep("A year", "365 days");
    return event.data as string;
  });
}

/** Sent, not run: nobody may be looking for an answer while months of the clock pass. */
function hello(app: App, data: string) {
  return app.send({ name: "hello", data, id: `hello-${data}` });
}

async function statuses(app: App): Promise<readonly string[]> {
  const { items } = await app.runs.list();
  return items.map(({ event, status }) => `${String(event.data)} ${status}`).toSorted();
}

describe.each(stores(newFile))("retention, %s", (_name, newStore) => {
  it("removes what ended 90 days ago; a run that sleeps stays, however old; an id that was removed is new", async () => {
    const premises = new Premises(newStore());
    const first = await premises.start(greeting);
    await hello(first.app, "before");
    await hello(first.app, "stays");
    await premises.pass(1_000);
    await hello(first.app, "after");
    await premises.pass(1_000);
    await premises.stop(first);
    await premises.clock.advance(80 * DAY_MS);
    const second = await premises.start(greeting);
    await hello(second.app, "young");
    await premises.pass(1_000);
    expect(await statuses(second.app)).toEqual([
      "after completed",
      "before completed",
      "stays sleeping",
      "young completed",
    ]);
    await premises.stop(second);
    await premises.clock.advance(20 * DAY_MS);
    const third = await premises.start(greeting);
    await premises.pass(1_000);
    expect(await statuses(third.app)).toEqual(["stays sleeping", "young completed"]);
    const { items } = await third.app.runs.list({ status: "sleeping" });
    expect((await premises.run(items[0]!.id)).steps.map(({ name }) => name)).toEqual(["Greet", "A year"]);
    await hello(third.app, "before");
    await premises.pass(1_000);
    expect(await statuses(third.app)).toEqual(["before completed", "stays sleeping", "young completed"]);
    await premises.stop(third);
  });

  it("is as long as the app says, or for ever", async () => {
    const premises = new Premises(newStore());
    for (const [retention, left] of [
      ["2 days", 1],
      ["1 day", 1],
      [false, 2],
    ] as const) {
      const process = await premises.start(greeting, { retention });
      await premises.pass(1_000);
      await hello(process.app, `until ${String(retention)}`);
      await premises.pass(1_000);
      expect((await statuses(process.app)).length).toBe(left);
      await premises.stop(process);
      await premises.clock.advance(retention === false ? 0 : 1.5 * DAY_MS);
      if (retention === "2 days") await premises.clock.advance(DAY_MS);
    }
  });
});
