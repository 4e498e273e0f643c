// Events that are kept for the runs of an app without a store: from the oldest run on, and no longer.
import { describe, expect, it } from "vitest";
import type { Arrived } from "./awaited.ts";
import type { ReceivedEvent } from "./event.ts";
import { InlineArrivals } from "./inline-arrivals.ts";

const NEVER = new Promise<never>(() => {});
const NONE: ReadonlySet<string> = new Set();

function event(id: string): ReceivedEvent {
  return { id, name: "paid", data: { id }, user: undefined, ts: 0, v: undefined, context: { eventName: "paid" } };
}

async function firstFor(arrivals: InlineArrivals, runId: string, taken = NONE): Promise<string | undefined> {
  let source: string | undefined;
  const stop = arrivals.expect(runId, { kind: "event", event: "paid", match: undefined }, taken, (arrived: Arrived) => {
    source = arrived.kind === "nothing" ? undefined : arrived.source;
  });
  await Promise.resolve().then(() => Promise.resolve());
  stop();
  return source;
}

describe("arrivals without a store", () => {
  it("a run is given what came since it began, also when older runs have ended", async () => {
    const arrivals = new InlineArrivals();
    arrivals.eventCame(event("nobody is there"));
    arrivals.runBegan("old", NEVER);
    arrivals.eventCame(event("1"));
    arrivals.runBegan("young", NEVER);
    arrivals.eventCame(event("2"));
    expect(await firstFor(arrivals, "old")).toBe("1");
    expect(await firstFor(arrivals, "young")).toBe("2");
    arrivals.runEnded("old");
    arrivals.eventCame(event("3"));
    expect(await firstFor(arrivals, "young")).toBe("2");
    expect(await firstFor(arrivals, "young", new Set(["2"]))).toBe("3");
    arrivals.runEnded("young");
    arrivals.runBegan("last", NEVER);
    expect(await firstFor(arrivals, "last")).toBeUndefined();
  });
  it("very many runs at once are no more than each of them", async () => {
    const arrivals = new InlineArrivals();
    const ids = Array.from({ length: 200_000 }, (_, place) => `run_${place}`);
    for (const id of ids) arrivals.runBegan(id, NEVER);
    arrivals.eventCame(event("1"));
    for (const id of ids) arrivals.runEnded(id);
    arrivals.runBegan("last", NEVER);
    expect(await firstFor(arrivals, "last")).toBeUndefined();
  });
});
