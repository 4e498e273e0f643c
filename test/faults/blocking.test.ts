// How long a single call of the SQLite store keeps the event loop, under load and over a long journal: where a thread of its own
// works on the file, and where the app's thread does.
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { afterAll, describe, expect, it } from "vitest";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { Store } from "../../src/durable/store.ts";
import { createApp, type App } from "../../src/index.ts";
import { sqliteStore } from "../../src/stores/sqlite/sqlite-place.ts";
import { percentile, printFigure } from "../figures.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";

const newFile = temporaryFiles("blocking");
const RUNS = 300;
const STEPS = 10;
const LONG_RUN_STEPS = 2_000;
const VALUE = "x".repeat(2_000);
/** Half the time in which a worker beats: with it, no lease is in danger. A disk that is busy may take most of it for a commit. */
const LONGEST_CALL_MS = 2_500;

/** Each call's time on this thread, until it gives its promise. */
class Watch {
  readonly callsMs: number[] = [];

  over(store: Store): Store {
    return new Proxy(store, {
      get: (target, verb) => {
        const value: unknown = Reflect.get(target, verb);
        if (typeof value !== "function") return value;
        return (...asked: unknown[]) => {
          const startMs = performance.now();
          const given: unknown = value.apply(target, asked);
          this.callsMs.push(performance.now() - startMs);
          return given;
        };
      },
    });
  }
  get wholeMs(): number {
    return this.callsMs.reduce((sum, callMs) => sum + callMs, 0);
  }
  get longestMs(): number {
    return Math.max(...this.callsMs);
  }
}

function appOn(path: string, thread: boolean, watch: Watch): { readonly app: App; readonly count: () => number } {
  let ended = 0;
  const app = createApp({
    name: "blocking",
    store: durableStore(watch.over(sqliteStore({ path, thread }))),
    observers: [{ onRunEnd: () => void ended++ }],
  });
  app.createFunction({ name: "Work" }, { event: "work" }, function* ({ event, step }) {
    for (let place = 0; place < event.data; place++) yield* step.run(`Step ${place}`, () => VALUE);
    if (event.data === LONG_RUN_STEPS) yield* step.waitForSignal("Wait", { token: "go on", timeout: "1h" });
  });
  return { app, count: () => ended };
}

describe("calls of the store", () => {
  const loop = monitorEventLoopDelay({ resolution: 5 });
  afterAll(() => void loop.disable());

  it("keep the event loop for a moment each, under load and over a long journal", { timeout: 120_000 }, async () => {
    const onItsOwn = await underLoad(true, "calls of the SQLite store");
    const onTheApps = await underLoad(false, "calls of the SQLite store, on the app's thread");
    for (const { longestMs } of [onItsOwn, onTheApps]) expect(longestMs).toBeLessThan(LONGEST_CALL_MS);
    expect(onItsOwn.wholeMs).toBeLessThan(onTheApps.wholeMs); // however busy the machine is
  });

  async function underLoad(thread: boolean, name: string): Promise<Watch> {
    const path = newFile();
    const watch = new Watch();
    const { app, count } = appOn(path, thread, watch);
    loop.reset();
    loop.enable();
    await app.start();
    await app.send({ id: "long", name: "work", data: LONG_RUN_STEPS });
    await app.send(Array.from({ length: RUNS }, (_, place) => ({ id: `e${place}`, name: "work", data: STEPS })));
    await expect.poll(count, { timeout: 30_000 }).toBe(RUNS);
    const isWaiting = async () => (await app.runs.list({ eventId: "long" })).items[0]!.status;
    await expect.poll(isWaiting, { timeout: 30_000 }).toBe("waiting");
    await app.stop();

    const again = appOn(path, thread, watch); // its whole journal is read at once
    await again.app.start();
    await again.app.signal("go on");
    await expect.poll(again.count, { timeout: 30_000 }).toBe(1);
    await again.app.stop();
    loop.disable();

    printFigure(name, watch.callsMs.length);
    printFigure(`${name}: one, p99`, percentile(watch.callsMs, 0.99) * 1_000, "us");
    printFigure(`${name}: all of them`, watch.wholeMs, "ms");
    printFigure(`${name}: the longest`, watch.longestMs, "ms");
    printFigure(`${name}: lag of the event loop beside it, p99`, loop.percentile(99) / 1e6, "ms");
    expect(watch.callsMs.length).toBeGreaterThan(100);
    return watch;
  }
});
