// The channels: what is published, and that nobody pays for them while nobody listens.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, describe, expect, it } from "vitest";
import { createApp, step, type ObservedStepEnd } from "../index.ts";
import { channelObserver } from "./channel-observer.ts";

const heard: [channel: string, news: unknown][] = [];
const listening = (news: unknown, channel: string | symbol): void => void heard.push([String(channel), news]);
const NAMES = ["run:start", "run:end", "step:start", "step:attempt", "step:end", "log"].map(
  (name) => `surefoot:${name}`,
);

afterEach(() => {
  for (const name of NAMES) unsubscribe(name, listening);
  heard.length = 0;
});

function runOnce(): Promise<unknown> {
  const app = createApp({ name: "a", observers: [] });
  const fn = app.createFunction({ name: "Fn" }, { event: "e" }, function* () {
    yield* step
      .run("Charge", (here) => {
        here.log.info("charging");
        throw new RangeError("no");
      })
      .onError(() => {})
      .next();
  });
  return app.run(fn, {});
}

describe("the channels", () => {
  it("carry what observers are told", async () => {
    for (const name of NAMES) subscribe(name, listening);
    await runOnce();
    expect(heard.map(([channel]) => channel)).toEqual([
      "surefoot:run:start",
      "surefoot:step:start",
      "surefoot:log",
      "surefoot:step:attempt",
      "surefoot:step:end",
      "surefoot:run:end",
    ]);
    expect(heard[4]![1] as ObservedStepEnd).toMatchObject({ number: "1", name: "Charge", outcome: "recovered" });
  });
  it("are idle until somebody subscribes to one, and are asked for each run", async () => {
    await runOnce();
    expect(channelObserver()!.isIdle!()).toBe(true);
    subscribe("surefoot:step:end", listening);
    expect(channelObserver()!.isIdle!()).toBe(false);
    await runOnce();
    expect(heard).toHaveLength(1);
  });
});
