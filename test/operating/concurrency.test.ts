// How many runs are at work at once: of a function, over all processes, and in one process.
import { describe, expect, it } from "vitest";
import { InvalidDefinitionError, createApp, type App, type FunctionOptions } from "../../src/index.ts";
import { settled } from "../../src/testing/manual-clock.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { Premises, stores } from "./premises.ts";

const newFile = temporaryFiles("concurrency");
const POLL_MS = 1_000;

/** What is at work in all processes, and what each lets go. */
class Floor {
  readonly begun: string[] = [];
  /** Where each was begun last. */
  readonly places = new Map<string, string>();
  readonly #letGo = new Map<string, () => void>();
  most = 0;

  readonly work = async (name: string): Promise<void> => {
    this.begun.push(name);
    await new Promise<void>((resolve) => void this.#letGo.set(name, resolve).size);
  };
  /** The same, of a process that is told from others. */
  in(place: string): Pick<Floor, "work"> {
    return {
      work: (name) => {
        this.places.set(name, place);
        return this.work(name);
      },
    };
  }
  get atWork(): string[] {
    return [...this.#letGo.keys()];
  }
  letGo(name: string): void {
    this.#letGo.get(name)!();
    this.#letGo.delete(name);
  }
}

/** A function whose runs are at work until they are let go, or sleep first. */
const rendering =
  (floor: Pick<Floor, "work">, options: Pick<FunctionOptions, "concurrency"> = { concurrency: 2 }, name = "Render") =>
  (app: App) =>
    app.createFunction({ name, ...options }, { event: name.toLowerCase() }, function* ({ event, step }) {
      if (event.data.endsWith("after a sleep")) yield* step.sleep("Nap", "1h");
      yield* step.run("Work", () => floor.work(event.data));
    });
const send = (app: App, ...names: string[]) => app.send(names.map((data) => ({ name: "render", data })));

async function pass(premises: Premises): Promise<void> {
  await premises.pass(0);
  for (let turn = 0; turn < 20; turn++) await settled();
}

describe.each(stores(newFile))("a function with a limit, %s", (_name, newStore) => {
  it("has as many runs at work as it may over two processes, and the next begins at once where one has ended", async () => {
    const premises = new Premises(newStore());
    const floor = new Floor();
    const processes = {
      one: await premises.start(rendering(floor.in("one"))),
      two: await premises.start(rendering(floor.in("two"))),
    };
    await send(processes.one.app, "a", "b", "c", "d", "e");
    await pass(premises);
    await premises.pass(10 * POLL_MS);
    expect(floor.atWork.toSorted()).toEqual(["a", "b"]);
    floor.letGo("a");
    await pass(premises); // no time passes: nobody waits for a look at the store
    expect(floor.atWork).toEqual(["b", "c"]);
    // Whoever looks first is given them, so either process may have them, or each has one.
    const [lost, other] = floor.places.get("b") === "one" ? (["one", "two"] as const) : (["two", "one"] as const);
    const taken = floor.atWork.filter((name) => floor.places.get(name) === lost);
    await premises.lose(processes[lost]);
    await premises.pass(POLL_MS);
    expect(floor.begun.toSorted()).toEqual(["a", "b", "c", ...taken].toSorted());
    expect(floor.atWork.map((name) => floor.places.get(name))).toEqual([other, other]);
    await premises.stop(processes[other]);
  });

  it("where a run has ended in another process, the next begins with the next look at the store", async () => {
    const premises = new Premises(newStore());
    const floor = new Floor();
    const one = await premises.start(rendering(floor, { concurrency: 1 }));
    await send(one.app, "a");
    await pass(premises);
    const two = await premises.start(rendering(floor, { concurrency: 1 }));
    await send(two.app, "b");
    const left = premises.stop(one);
    floor.letGo("a");
    await left;
    await premises.pass(POLL_MS);
    expect(floor.atWork).toEqual(["b"]);
    floor.letGo("b");
    await premises.stop(two);
  });

  it("a run that sleeps out of memory leaves its place to others, and has one before it goes on", async () => {
    const premises = new Premises(newStore());
    const floor = new Floor();
    const process = await premises.start(rendering(floor, { concurrency: 1 }));
    const { app } = process;
    await send(app, "a after a sleep", "b after a sleep", "c", "d");
    await premises.pass(POLL_MS);
    expect(floor.atWork).toEqual(["c"]);
    await premises.pass(3_600_000);
    expect(floor.begun).toEqual(["c"]);
    for (let run = 0; run < 4; run++) {
      expect(floor.atWork).toHaveLength(1);
      floor.letGo(floor.atWork[0]!);
      await pass(premises);
    }
    expect(floor.begun.toSorted()).toEqual(["a after a sleep", "b after a sleep", "c", "d"]);
    await premises.stop(process);
  });

  it("invokes itself with a limit of one: who waits for it has left", async () => {
    const premises = new Premises(newStore());
    const process = await premises.start((here) => {
      const countDown = here.createFunction(
        { name: "Count down", concurrency: 1 },
        { event: "count" },
        function* ({ event, step }): Generator<any, number, any> {
          if (event.data === 0) return 0;
          return 1 + (yield* step.invoke("Go on", { function: countDown, data: event.data - 1 } as never));
        },
      );
      return countDown;
    });
    const run = process.app.run(process.given as never, { data: 3 });
    await premises.pass(20 * POLL_MS);
    expect(await run).toBe(3);
    await premises.stop(process);
  });

  it("a new limit holds with the process that registers it, for those that began before, too", async () => {
    const premises = new Premises(newStore());
    const floor = new Floor();
    const old = await premises.start(rendering(floor, { concurrency: 3 }));
    await send(old.app, "a", "b", "c", "d", "e");
    await pass(premises);
    expect(floor.atWork).toEqual(["a", "b", "c"]);
    const next = await premises.start(rendering(floor, { concurrency: 1 }));
    floor.letGo("a");
    floor.letGo("b");
    await premises.pass(2 * POLL_MS);
    expect(floor.atWork).toEqual(["c"]);
    floor.letGo("c");
    await premises.pass(2 * POLL_MS);
    expect(floor.atWork).toEqual(["d"]);
    const last = await premises.start(rendering(floor, {}));
    await premises.pass(2 * POLL_MS);
    expect(floor.atWork).toEqual(["d", "e"]);
    for (const process of [old, next, last]) await premises.stop(process);
  });

  it("a process does not ask its store again and again for runs that have no place", async () => {
    const premises = new Premises(newStore());
    const floor = new Floor();
    const process = await premises.start(rendering(floor, { concurrency: 1 }));
    await send(process.app, "a", "b", "c");
    await premises.pass(POLL_MS);
    let looks = 0;
    const { store } = premises;
    const [claim, look] = [store.claim.bind(store), store.look?.bind(store)];
    store.claim = (asked) => {
      looks++;
      return claim(asked);
    };
    if (look !== undefined)
      store.look = (asked) => {
        looks++;
        return look(asked);
      };
    await premises.pass(10 * POLL_MS);
    expect(looks).toBeLessThanOrEqual(11);
    expect(looks).toBeGreaterThanOrEqual(9);
    await premises.stop(process);
  });
});

describe("a process", () => {
  it("has as many runs at work as it was started with, whatever function they are of: 100 unless it says so", async () => {
    for (const [given, places] of [
      [{ concurrency: 3 }, 3],
      [undefined, 100],
    ] as const) {
      const premises = new Premises(new MemoryStore());
      const floor = new Floor();
      const code = (here: App) => [rendering(floor, {})(here), rendering(floor, {}, "Other")(here)];
      const process = await premises.start(code);
      const { app } = process;
      await app.stop({ timeout: "0 s" }); // it begins when all are sent
      const names = Array.from({ length: 120 }, (_nothing, place) => `${place}`);
      await app.send(names.map((data) => ({ name: Number(data) % 2 === 0 ? "render" : "other", data })));
      await app.start(given);
      await premises.pass(POLL_MS);
      expect(floor.atWork).toHaveLength(places);
      await premises.stop(process);
    }
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, "5"])("a concurrency of %s is refused", async (concurrency) => {
    const app = createApp({ name: "works" });
    await expect(app.start({ concurrency: concurrency as number })).rejects.toThrow(InvalidDefinitionError);
  });
});

it("a limit needs a store: without one it is refused, and not ignored", () => {
  const app = createApp({ name: "works" });
  expect(() => rendering(new Floor())(app)).toThrow(/"Render" has a concurrency, which needs a store/);
});
