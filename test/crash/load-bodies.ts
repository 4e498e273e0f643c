// Functions of the load that are async generators and async functions, with awaits of their own between the steps.
import { setTimeout as delay } from "node:timers/promises";
import { step as current, type App } from "../../src/index.ts";
import type { Effects } from "./load-effects.ts";
import { PlainTrouble } from "./load-errors.ts";
import type { LoadData } from "./load-events.ts";
import { QUICK } from "./load-orders.ts";

export function defineBodyFunctions(app: App, effects: Effects): void {
  app.createFunction({ name: "Nested", retries: QUICK }, { event: "load/nested" }, async function* ({ event, step }) {
    const { order, failures, shortMs }: LoadData = event.data;
    effects.enter("composite");
    const found = yield* step.run("Outer", async function* (outer) {
      effects.enter("composite");
      const first = yield* outer.run("Leaf", () => effects.leaf(() => order));
      const second = yield* outer.run("Middle", function* (middle) {
        effects.enter("composite");
        yield* middle.sleep(40);
        const deep = yield* middle.run("Inner", async function* (inner) {
          effects.enter("composite");
          const value = yield* inner.run("Leaf", () => effects.leaf(() => [first, order], { seen: first }));
          await delay(3);
          return [...value, yield* inner.run("Leaf", () => effects.leafAtOnce(() => -order))];
        });
        return deep.length + (yield* middle.run("Leaf", () => effects.leaf(() => order * 2)));
      });
      return { first, second };
    });
    await delay(2);
    // Entered again after it failed: the steps that have an outcome are not.
    const kept = yield* step.run("Try as a whole", async function* (whole) {
      effects.enter("composite");
      const before = yield* whole.run("Before", () => effects.leaf(() => `before ${order}`));
      yield* whole.sleep("Between", Math.min(200, shortMs));
      if (whole.attempt <= Math.min(2, failures)) throw new PlainTrouble(`attempt ${whole.attempt}`);
      const after = yield* whole.run("After", () => effects.leaf(() => `after ${before}`, { seen: before }));
      yield* whole.sleep("Rest", Math.min(200, shortMs));
      return [before, after];
    });
    return { found, kept };
  });

  app.createFunction({ name: "Open account", retries: QUICK }, { event: "load/account" }, async ({ event, step }) => {
    const { order, failures, shortMs }: LoadData = event.data;
    effects.enter("composite");
    const owner = await step.run("Find owner", () => effects.leaf(() => ({ id: order, name: `owner ${order}` })));
    await delay(4);
    const [limit, card] = await Promise.all([
      step.run("Set limit", () => effects.leaf(() => order * 10, { seen: owner })),
      step.run("Order card", () =>
        effects.leaf(({ attempt }) => {
          if (attempt <= failures) throw new PlainTrouble(`no card at attempt ${attempt}`);
          return `card ${owner.name}`;
        }),
      ),
    ]);
    void step.run("Count it", () => effects.leaf(() => "counted"));
    await step.sleep("Cool down", shortMs);
    const total = await sumUp(effects, order);
    const added = await step.run("Add", (left, right) => effects.leaf(() => left + right), limit, total);
    return { owner, card, added };
  });
}

/** A service function: it finds the step that is running by itself. */
async function sumUp(effects: Effects, order: number): Promise<number> {
  const parts = await current.run("Sum up", async () => {
    effects.enter("composite");
    const first = await current.run("Part", () => effects.leaf(() => order));
    const second = await current.run("Part", () => effects.leafAtOnce(() => order + 1));
    return [first, second];
  });
  return parts.reduce((sum, part) => sum + part, 0);
}
