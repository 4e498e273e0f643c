// A thread that has an app of its own on the file it is told of, works for a while beside others, and says what it did.
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, threadId, workerData } from "node:worker_threads";
import { createApp } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";

/** What a thread is told, and what it says. */
export interface ThreadOrders {
  readonly path: string;
  /** How many threads have begun to work: each waits for two, so that no thread does it all. */
  readonly begun: Int32Array;
}
export interface ThreadReport {
  readonly thread: number;
  readonly did: readonly string[];
}

const { path, begun } = workerData as ThreadOrders;
const app = createApp({ name: "threads", store: sqlite({ path, synchronous: "normal" }), observers: [] });
const did: string[] = [];
app.createFunction({ name: "Work" }, { event: "work" }, function* ({ event, step }) {
  yield* step.run("First", async () => {
    did.push(`${event.id} First`);
    if (did.length === 1) Atomics.add(begun, 0, 1);
    while (Atomics.load(begun, 0) < 2) await delay(5);
  });
  yield* step.run("Second", () => void did.push(`${event.id} Second`));
  return threadId;
});
parentPort!.on("message", () => {
  void app.stop().then(() => {
    parentPort!.postMessage({ thread: threadId, did } satisfies ThreadReport, []);
    parentPort!.close();
  });
});
await app.start({ concurrency: 5 });
parentPort!.postMessage("started", []);
