// A function of the load whose steps give every kind of value that a journal keeps.
import type { App } from "../../src/index.ts";
import type { Effects } from "./load-effects.ts";
import { Declined } from "./load-errors.ts";
import type { LoadData } from "./load-events.ts";
import { QUICK } from "./load-orders.ts";

export function defineValueFunctions(app: App, effects: Effects): void {
  app.createFunction({ name: "Keep values", retries: QUICK }, { event: "load/values" }, function* ({ event, step }) {
    const { order, shortMs }: LoadData = event.data;
    effects.enter("composite");
    const plain = yield* step.run("Plain", () => effects.leaf(() => plainValues(order)));
    const large = yield* step.run("Large", () => effects.leaf(() => "x\u0000é".repeat(10_000 + order)));
    yield* step.sleep(shortMs);
    const looped = yield* step.run("Looped", () => effects.leaf(() => loop(order), { seen: plain }));
    const nothing = yield* step.run("Nothing", () => effects.leafAtOnce(() => undefined));
    const error = yield* step.run("An error", () =>
      effects.leaf(() => new Declined({ code: "kept", cause: new TypeError(`because of ${order}`) }), {
        seen: [looped.self === looped, nothing, large.length],
      }),
    );
    return { plain, large: large.length, looped, nothing, error };
  });
}

function plainValues(order: number) {
  return {
    when: new Date(order * 86_400_000),
    names: new Map<unknown, unknown>([
      ["order", order],
      [{ key: true }, new Set([1, "two", 3n])],
    ]),
    huge: 2n ** 70n + BigInt(order),
    missing: undefined,
    odd: [-0, NaN, Infinity, null],
    bytes: new Uint8Array([order % 256, 1, 2]),
    floats: new Float64Array([0.1, -order]),
  };
}

interface Loop {
  readonly order: number;
  self?: Loop;
}

function loop(order: number): Loop {
  const made: Loop = { order };
  made.self = made;
  return made;
}
