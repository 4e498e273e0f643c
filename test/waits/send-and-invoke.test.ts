import { describe, expect, it } from "vitest";
import type { Store } from "../../src/durable/store.ts";
import { StepTimeoutError, TaggedError, UnexpectedError, type App } from "../../src/index.ts";
import { newSuiteStore } from "../suite-store.ts";
import { PLACES, Stage, stateOf } from "./stage.ts";

const MINUTE = 60_000;

class Declined extends TaggedError("WaitsDeclined")<{ readonly code: string }> {}

/** A function that sends, and one that is started by what it sends. */
function sending(app: App) {
  const received: unknown[] = [];
  app.createFunction({ name: "Receiver" }, { event: "told" }, ({ event, context }) => {
    received.push([event.data, context["tenant"]]);
  });
  const sender = app.createFunction({ name: "Sender" }, { event: "begin" }, function* ({ step }) {
    const one = yield* step.sendEvent("Tell one", { name: "told", data: 1 });
    const more = yield* step.sendEvent("Tell more", [
      { name: "told", data: 2, context: { tenant: "other" } },
      { name: "told", data: 3, id: "named" },
    ]);
    return [...one.ids, ...more.ids];
  });
  return { received, begin: () => app.run(sender, { data: {}, context: { tenant: "acme" } }) };
}

/** A function that invokes another one. */
function invoking(app: App) {
  const bodies: string[] = [];
  const child = app.createFunction({ name: "Child" }, { event: "child" }, function* ({ event, step, context }) {
    yield* step.sleep("Think", event.data.sleepMs ?? 10_000);
    yield* step.run("Work", () => void bodies.push(`work ${event.data.n}`));
    if (event.data.code !== undefined) throw yield* new Declined({ code: event.data.code });
    return [event.data.n * 2, context["tenant"]];
  });
  const parent = app.createFunction({ name: "Parent" }, { event: "parent" }, function* ({ event, step }) {
    const { data } = event;
    return yield* step.invoke("Ask the child", {
      function: child,
      data,
      ...(data.wait === undefined ? {} : { timeout: data.wait }),
    });
  });
  const recovering = app.createFunction({ name: "Recovering" }, { event: "recovering" }, function* ({ event, step }) {
    return yield* step
      .invoke("Ask the child", { function: child, data: event.data })
      .onError(Declined, () => {})
      .next((error) => `declined ${error.code}`);
  });
  const begin = (data: object) => app.run(parent, { data, context: { tenant: "acme" } });
  return { bodies, begin, recover: (data: object) => app.run(recovering, { data }) };
}

describe.each(PLACES)("sendEvent, %s", (place) => {
  it("sends, with the run's context or its own, and gives the ids", async () => {
    const stage = await Stage.begin(place, sending);
    const run = stage.given.begin();
    await stage.pass(2_000);
    expect(await stateOf(run)).toEqual([expect.stringMatching(/^evt_/), expect.stringMatching(/^evt_/), "named"]);
    expect(stage.given.received).toEqual([
      [1, "acme"],
      [2, "other"],
      [3, "acme"],
    ]);
  });

  it("an event that is refused fails the step, and nothing is sent", async () => {
    const stage = await Stage.begin(place, (app: App) => {
      const sender = app.createFunction({ name: "Sender", retries: 0 }, { event: "begin" }, async ({ step }) =>
        step.sendEvent("Tell", [{ name: "told", data: 1 }, { name: "" }]),
      );
      const heard = app.createFunction({ name: "Receiver" }, { event: "told" }, () => "heard");
      return { begin: () => app.run(sender, { data: {} }), heard };
    });
    const run = stage.given.begin();
    await stage.pass(2_000);
    const error = (await stateOf(run)) as UnexpectedError;
    expect(error).toBeInstanceOf(UnexpectedError);
    expect(error.message).toContain("an event needs a name");
  });
});

describe.each(PLACES)("invoke, %s", (place) => {
  it("gives what the function gives, whose run has the context of the one that invoked it", async () => {
    const stage = await Stage.begin(place, invoking);
    const run = stage.given.begin({ n: 21 });
    await stage.pass(5_000);
    expect(await stateOf(run)).toBe("pending");
    await stage.pass(10_000);
    expect(await stateOf(run)).toEqual([42, "acme"]);
    expect(stage.given.bodies).toEqual(["work 21"]);
  });

  it("fails as the function fails: typed, an instance of its class, to be recovered by class", async () => {
    const stage = await Stage.begin(place, invoking);
    const [run, recovered] = [stage.given.begin({ n: 1, code: "05" }), stage.given.recover({ n: 2, code: "14" })];
    await stage.pass(15_000);
    const error = (await stateOf(run)) as Declined;
    expect(error).toBeInstanceOf(Declined);
    expect(error.code).toBe("05");
    expect(await stateOf(recovered)).toBe("declined 14");
  });

  it("is cancelled with the run that invoked it", async () => {
    const stage = await Stage.begin(place, invoking);
    const run = stage.given.begin({ n: 1, sleepMs: 30_000 });
    await stage.pass(2_000);
    await stage.app.cancel(run.id);
    await stage.pass(MINUTE);
    expect(await stateOf(run)).toMatchObject({ _tag: "CancelledError" });
    expect(stage.given.bodies).toEqual([]);
  });

  it("does not wait longer than its timeout; the run goes on alone", async () => {
    const stage = await Stage.begin(place, invoking);
    const run = stage.given.begin({ n: 1, sleepMs: 30_000, wait: "20s" });
    await stage.pass(25_000);
    expect(await stateOf(run)).toBeInstanceOf(StepTimeoutError);
    await stage.pass(MINUTE);
    expect(stage.given.bodies).toEqual(["work 1"]);
  });
});

describe("on a store", () => {
  it("a child outlives the process of its parent, and is started once", async () => {
    const stage = await Stage.begin("on a store", invoking);
    const { id } = stage.given.begin({ n: 21, sleepMs: 30_000 });
    await stage.pass(2_000);
    expect(await stage.app.runs.get(id)).toMatchObject({
      status: "waiting",
      steps: [{ kind: "invoke", status: "waiting" }],
    });
    await stage.lose();
    await stage.pass(MINUTE);
    expect(await stage.app.runs.get(id)).toMatchObject({ status: "completed", output: [42, "acme"] });
    expect((await stage.app.runs.list({ function: "child" })).items).toHaveLength(1);
  });

  it("what is sent is sent once, also where the store says that it did not take it, and did", async () => {
    const stage = await Stage.begin("on a store", sending, storeThatLies(newSuiteStore()));
    const run = stage.given.begin();
    await stage.pass(MINUTE);
    expect(await stateOf(run)).toEqual([expect.any(String), expect.any(String), "named"]);
    expect(stage.given.received.map((received) => (received as unknown[])[0])).toEqual([1, 2, 3]);
  });
});

/** A store whose every second `accept` takes effect and then rejects. */
function storeThatLies(store: Store): Store {
  let calls = 0;
  const accept: Store["accept"] = async (events) => {
    const accepted = await store.accept(events);
    if (++calls % 2 === 0) throw new Error("the connection was lost");
    return accepted;
  };
  return new Proxy(store, {
    get(target, verb) {
      if (verb === "accept") return accept;
      const value: unknown = Reflect.get(target, verb);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
