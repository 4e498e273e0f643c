// Canonical functions with branches, and with bodies that are no generators.
import { aborted, QUICK, type CanonicalFunction } from "./canonical.ts";

const all: CanonicalFunction = {
  name: "all",
  openAtOnce: 2,
  define: (app, trace, event) =>
    app.createFunction({ name: "all", retries: QUICK }, { event }, function* ({ step }) {
      return yield* step.all("Check", {
        stock: () => `stock ${trace.leaf()}`,
        *credit(branch) {
          trace.composite();
          yield* branch.sleep(30);
          return yield* branch.run("Ask", () => `credit ${trace.leaf()}`);
        },
        address: (branch) => branch.run("Ask", () => `address ${trace.leaf()}`),
      });
    }),
};

const map: CanonicalFunction = {
  name: "map",
  openAtOnce: 2,
  define: (app, trace, event) =>
    app.createFunction({ name: "map", retries: QUICK }, { event }, function* ({ step }) {
      const parcels = yield* step.map(
        "Weigh",
        ["a", "b", "c"],
        function* (parcel, item) {
          trace.composite();
          return `${parcel} ${yield* item.run("Ask", () => trace.leaf())}`;
        },
        { concurrency: 2 },
      );
      return yield* step.run("Sum up", () => [...parcels, trace.leaf()]);
    }),
};

const race: CanonicalFunction = {
  name: "race",
  openAtOnce: 2,
  define: (app, trace, event) =>
    app.createFunction({ name: "race", retries: QUICK }, { event }, function* ({ step }) {
      const first = yield* step.race("Fastest", {
        *quick(branch) {
          trace.composite();
          yield* branch.sleep(30);
          return yield* branch.run("Ask", () => `quick ${trace.leaf()}`);
        },
        slow: (branch) =>
          branch.run("Ask", async (ask) => {
            trace.leaf();
            await aborted(ask);
            return "slow";
          }),
        never: (branch) => branch.sleep("1h"),
      });
      return yield* step.run("Note", () => [first, trace.leaf()]);
    }),
};

const asyncBody: CanonicalFunction = {
  name: "async-body",
  openAtOnce: 3,
  define: (app, trace, event) =>
    app.createFunction({ name: "async-body", retries: QUICK }, { event }, async ({ step }) => {
      const owner = await step.run("Find owner", () => `owner ${trace.leaf()}`);
      await Promise.resolve();
      const [limit, card] = await Promise.all([
        step.run("Set limit", () => trace.leaf() * 10),
        step.run("Order card", () => {
          const attempt = trace.leaf();
          if (attempt === 1) throw new TypeError("no cards left");
          return `card at attempt ${attempt}`;
        }),
      ]);
      void step.run("Count it", () => trace.leaf());
      return step.run("Whole", async (whole) => {
        trace.composite();
        const part = await whole.run("Part", () => trace.leaf());
        return { owner, limit, card, part };
      });
    }),
};

const asyncGenerator: CanonicalFunction = {
  name: "async-generator",
  define: (app, trace, event) =>
    app.createFunction({ name: "async-generator", retries: QUICK }, { event }, async function* ({ step }) {
      const first = yield* step.run("First", async () => trace.leaf());
      await Promise.resolve();
      const second = yield* step.run("Second", async function* (inner) {
        trace.composite();
        await Promise.resolve();
        return yield* inner.run("Inner", async () => trace.leaf() + 1);
      });
      return [first, second, yield* step.run("Third", () => trace.leaf())];
    }),
};

export const BRANCHING_FUNCTIONS: readonly CanonicalFunction[] = [all, map, race, asyncBody, asyncGenerator];
