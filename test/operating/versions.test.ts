// Several builds at once: `version` keeps a run with its code, and a run that does not fit one build is offered to the others.
import { describe, expect, it } from "vitest";
import type { App } from "../../src/index.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import { Premises, stores } from "./premises.ts";

const newFile = temporaryFiles("versions");
const MINUTE_MS = 60_000;

/** A build of one function: a step, a sleep, and another step. */
function build(names: readonly [string, string], version?: string) {
  return (app: App) => {
    const done: string[] = [];
    const works = app.createFunction({ name: "Works", version }, { event: "begin" }, function* ({ step }) {
      yield* step.run(names[0], () => done.push(names[0]));
      yield* step.sleep("Night", "10m");
      yield* step.run(names[1], () => done.push(names[1]));
    });
    return { done, begin: () => app.run(works, { data: {} }) };
  };
}
const OLD = ["Charge", "Close"] as const;
const NEW = ["Charge card", "Close"] as const;

describe.each(stores(newFile))("several builds, %s", (_name, newStore) => {
  it("a run stays with its version while a process has that, and new runs go to either", async () => {
    const premises = new Premises(newStore());
    const old = await premises.start(build(OLD, "1"));
    const run = old.given.begin();
    await premises.pass(1_000);
    const next = await premises.start(build(NEW, "2"));
    await premises.pass(20 * MINUTE_MS);
    expect([old.given.done, next.given.done]).toEqual([["Charge", "Close"], []]);
    expect(await premises.run(run.id)).toMatchObject({ status: "completed", version: "1" });
    await premises.stop(old);
    await premises.stop(next);
  });

  it("a run goes to another version's code when its own is gone, if that fits", async () => {
    const premises = new Premises(newStore());
    const old = await premises.start(build(OLD, "1"));
    const run = old.given.begin();
    await premises.pass(1_000);
    const next = await premises.start(build(["Charge", "File away"], "2"));
    await premises.stop(old);
    await premises.pass(20 * MINUTE_MS);
    expect([next.given.done, (await premises.run(run.id)).version]).toEqual([["File away"], "2"]);
    await premises.stop(next);
  });

  it("a run that does not fit one build goes on in another that is alive; it is paused when it fits none", async () => {
    const premises = new Premises(newStore());
    const old = await premises.start(build(OLD));
    const [one, two] = [old.given.begin(), old.given.begin()];
    await premises.pass(1_000);
    const misfit = await premises.start(build(NEW));
    await premises.pass(20 * MINUTE_MS);
    for (const { id } of [one, two]) expect((await premises.run(id)).status).toBe("completed");
    expect(misfit.given.done).toEqual([]);
    const three = old.given.begin();
    await premises.pass(1_000);
    await premises.stop(old);
    await premises.pass(20 * MINUTE_MS);
    expect(await premises.run(three.id)).toMatchObject({
      status: "paused",
      note: "recorded: 1 Charge; the code now asks for: 1 Charge card",
    });
    await premises.stop(misfit);
  });
});
