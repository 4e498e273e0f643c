// One file in several threads of a process, and one store object in several apps.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { createApp, type AppStore } from "../../src/index.ts";
import { memory } from "../../src/memory.ts";
import { sqlite } from "../../src/sqlite.ts";
import { lookAtJournal } from "../crash/journal-look.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import type { ThreadOrders, ThreadReport } from "./thread-worker.ts";

const newFile = temporaryFiles("handles");
const RUNS = 200;
const PROGRAM = new URL("./thread-worker.ts", import.meta.url);

async function newThread(orders: ThreadOrders): Promise<Worker> {
  const thread = new Worker(PROGRAM, { workerData: orders, execArgv: ["--no-warnings"] });
  onTestFinished(() => void thread.terminate());
  await once(thread, "message");
  return thread;
}

describe("a file", () => {
  it("is worked on by several threads of one process, each with an app of its own: each step runs once", async () => {
    const path = newFile();
    const orders: ThreadOrders = { path, begun: new Int32Array(new SharedArrayBuffer(4)) };
    const threads = await Promise.all([newThread(orders), newThread(orders)]);
    const sender = createApp({ name: "threads", store: sqlite(path), observers: [] });
    const ids = Array.from({ length: RUNS }, (_, place) => `event-${place}`);
    await Promise.all(ids.map((id) => sender.send({ id, name: "work" })));
    const isDone = (): boolean => lookAtJournal(path).runs.every(({ status }) => status === "completed");
    await expect.poll(isDone, { timeout: 15_000 }).toBe(true);
    const reports = await Promise.all(
      threads.map(async (thread) => {
        const said = once(thread, "message");
        thread.postMessage("stop", []);
        return ((await said) as [ThreadReport])[0];
      }),
    );
    await sender.stop();
    expect(reports.flatMap(({ did }) => did).toSorted()).toEqual(
      ids.flatMap((id) => [`${id} First`, `${id} Second`]).toSorted(),
    );
    expect(reports.map(({ did }) => did.length > 0)).toEqual([true, true]);
    expect(lookAtJournal(path)).toMatchObject({ workers: [] });
  });
});

describe("a store object", () => {
  const stores: readonly (readonly [string, () => AppStore])[] = [
    ["memory", () => memory()],
    ["sqlite", () => sqlite(newFile())],
  ];

  it.each(stores)(
    "that several apps were given is shared, and closed with the last of them: %s",
    async (_name, make) => {
      const store = make();
      const [one, other] = ["one", "other"].map((name) => {
        const app = createApp({ name, store, observers: [] });
        const greet = app.createFunction({ name: "Greet" }, { event: "greet" }, ({ step }) =>
          step.run("Greet", () => name),
        );
        return { app, greet: () => app.run(greet, {}) };
      });
      await Promise.all([one!.app.start(), other!.app.start()]);
      expect(await Promise.all([one!.greet(), other!.greet()])).toEqual(["one", "other"]);
      await one!.app.stop();
      await one!.app.stop(); // again, which is nobody else's closing
      expect(await other!.greet()).toBe("other");
      await one!.app.start();
      await other!.app.stop();
      expect(await one!.greet()).toBe("one");
      await one!.app.stop();
    },
  );

  it.each(stores)("cannot be handed to a thread: the platform says so at once: %s", (_name, make) => {
    expect(() => new Worker(PROGRAM, { workerData: { store: make() } })).toThrow(/could not be cloned/);
  });
});
