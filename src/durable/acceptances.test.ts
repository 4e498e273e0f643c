// A1: events that are sent where the worker is, over a store that is looked at.
import { beforeEach, describe, expect, it } from "vitest";
import { createAppWith } from "../app/create-app.ts";
import { systemRandomness } from "../core/ids.ts";
import { MemoryStore } from "../stores/memory/memory-store.ts";
import { sampleEvent } from "../testing/journal-samples.ts";
import { lookByVerbs } from "../testing/look-by-verbs.ts";
import { ManualClock, settled } from "../testing/manual-clock.ts";
import { Acceptances } from "./acceptances.ts";
import { durableStore } from "./durable-store.ts";
import type { Look, Store } from "./store.ts";

/** Its look is made of the verbs that it stands for. */
class LookedAtStore extends MemoryStore {
  /** What it was asked to accept: with a look, and alone. */
  readonly asked: string[] = [];
  isLost = false;
  #isLooking = false;

  override accept(acceptance: Parameters<Store["accept"]>[0]) {
    this.asked.push(`${this.#isLooking ? "with a look" : "alone"} ${acceptance.events.map(({ id }) => id).join()}`);
    return super.accept(acceptance);
  }
  async look(look: Parameters<NonNullable<Store["look"]>>[0]): Promise<Look> {
    this.#isLooking = true;
    const looking = lookByVerbs(this, look); // it accepts at once
    this.#isLooking = false;
    const seen = await looking;
    if (this.isLost) throw new Error("the answer was lost");
    return seen;
  }
}

let clock: ManualClock;
let store: LookedAtStore;
let entered: string[];
let letGo: (() => void)[];

beforeEach(() => {
  clock = new ManualClock();
  store = new LookedAtStore();
  entered = [];
  letGo = [];
});

function newApp() {
  const app = createAppWith(
    { name: "app", store: durableStore(store), observers: [] },
    { clock, random: systemRandomness },
  );
  app.createFunction({ name: "Work" }, { event: "work" }, async ({ event }) => {
    entered.push(event.data as string);
    await new Promise<void>((resolve) => void letGo.push(resolve));
  });
  return app;
}
const work = (id: string) => ({ id, name: "work", data: id });

describe("A1", () => {
  it("the look that is next accepts what is sent first, and claims it; what comes meanwhile is accepted alone", async () => {
    const app = newApp();
    await app.start();
    await settled();
    await Promise.all([app.send(work("a")), app.send(work("b"))]);
    await settled();
    expect(store.asked).toEqual(["alone b", "with a look a"]);
    expect(entered.toSorted()).toEqual(["a", "b"]);
  });

  it("what is sent to a worker that has no room is accepted alone", async () => {
    const app = newApp();
    await app.start({ concurrency: 1 });
    await settled();
    await app.send(work("a"));
    await settled();
    await app.send(work("b"));
    await settled();
    expect([store.asked, entered]).toEqual([["with a look a", "alone b"], ["a"]]);
    letGo[0]!();
    await settled();
    expect(entered).toEqual(["a", "b"]);
  });

  it("where a look fails, nobody knows what it accepted: it is asked again alone, and starts nothing twice", async () => {
    const app = newApp();
    await app.start();
    await settled();
    store.isLost = true;
    await app.send(work("a"));
    store.isLost = false;
    await settled();
    expect(store.asked).toEqual(["with a look a", "alone a"]);
    expect([entered, (await app.runs.list()).items.length]).toEqual([["a"], 1]);
  });

  it("where there is no look to come, it is accepted alone, and there may be something to claim", async () => {
    const told: string[] = [];
    const acceptances = new Acceptances(store, () => void told.push("tend"));
    const accepting = acceptances.next({ events: [sampleEvent({ id: "a" })], runId: () => "none" });
    acceptances.flush();
    expect((await accepting).map(({ result }) => result)).toEqual(["accepted"]);
    expect([store.asked, told]).toEqual([["alone a"], ["tend"]]);
    acceptances.flush(); // there is nothing any more
    expect(store.asked).toEqual(["alone a"]);
  });

  it("where the worker leaves before it looks, its sender is answered all the same", async () => {
    const app = newApp();
    await app.start();
    await settled();
    const sending = app.send(work("a"));
    for (let job = 0; job < 100; job++) await Promise.resolve(); // all that is pending in this turn
    const stopping = app.stop();
    await sending;
    await stopping;
    expect([store.asked, entered]).toEqual([["alone a"], []]);
  });
});
