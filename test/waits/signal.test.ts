import { describe, expect, it } from "vitest";
import { EventRefusedError, type App } from "../../src/index.ts";
import { PLACES, Stage, stateOf } from "./stage.ts";

function approving(app: App) {
  const approves = app.createFunction({ name: "Approves" }, { event: "begin" }, function* ({ event, step }) {
    yield* step.sleep("Prepare", "2s");
    return yield* step.waitForSignal("Approved?", { token: event.data.token as string, timeout: "1m" });
  });
  return { begin: (token: string) => app.run(approves, { data: { token } }) };
}

describe.each(PLACES)("waitForSignal, %s", (place) => {
  it("is given what came with its token, before it waited or while it does; other tokens are not its", async () => {
    const stage = await Stage.begin(place, approving);
    const [early, late, never] = ["a", "b", "c"].map((token) => stage.given.begin(token));
    await stage.pass(500);
    await stage.app.signal("a", { by: "ada" });
    await stage.pass(5_000);
    expect(await stateOf(early!)).toEqual({ by: "ada" });
    expect(await stateOf(late!)).toBe("pending");
    await stage.app.signal("b");
    await stage.pass(2_000);
    expect(await stateOf(late!)).toBeUndefined();
    await stage.pass(70_000);
    expect(await stateOf(never!)).toBeNull();
  });

  it("nobody can send a signal as an event", async () => {
    const stage = await Stage.begin(place, approving);
    await expect(stage.app.send({ name: "~signal", data: { token: "a" } })).rejects.toThrow(EventRefusedError);
  });
});
