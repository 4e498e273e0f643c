// What a seed comes to: the functions, what is sent to them, and how hard a time they have.
import type { SeededRandom } from "../crash/seeded-random.ts";
import type { FaultRates } from "./faulty-store.ts";
import { randomBody, randomLeaf, type Body, type Item, type LeafItem } from "./random-program.ts";

export interface PlannedFunction {
  readonly id: string;
  readonly event: string;
  readonly retries: number;
  /** The same function in each version of the code. */
  readonly bodies: readonly Body[];
}

/** How the second version of the code differs from the first. */
export type CodeChange = "none" | "added at the end" | "renamed" | "patched";

export interface SimulationPlan {
  readonly workers: number;
  /** How many runs a worker has in memory at most. */
  readonly concurrency: number;
  /** How many runs of each function may be at work at once. */
  readonly limit: number;
  readonly machines: number;
  readonly functions: readonly PlannedFunction[];
  readonly change: CodeChange;
  /** Names of top-level steps that only one version of the code has. */
  readonly onlyIn: ReadonlyMap<number, readonly string[]>;
  readonly lastVersion: number;
  readonly rates: FaultRates;
  /** How many of the faults come that befall whole processes. */
  readonly blows: number;
  readonly hasSkew: boolean;
  readonly events: number;
  readonly answers: number;
  readonly cancels: number;
}

export const FIRST_VERSION = 1;
export const SECOND_VERSION = 2;

export function planOf(random: SeededRandom): SimulationPlan {
  const change = random.pick<CodeChange>([
    [6, "none"],
    [1, "added at the end"],
    [2, "renamed"],
    [2, "patched"],
  ]);
  const storm = random.pick([
    [1, 0],
    [2, 0.01],
    [4, 0.03],
    [2, 0.1],
  ]);
  const events = random.between(1, 3);
  const functions = plannedFunctions(random, events, change);
  return {
    workers: random.between(1, 3),
    concurrency: random.pick([
      [1, 2],
      [1, 3],
      [3, 100],
    ]),
    machines: random.between(1, 2),
    functions: functions.map(({ planned }) => planned),
    change,
    onlyIn: new Map(
      [FIRST_VERSION, SECOND_VERSION].map((version) => [
        version,
        functions.flatMap(({ onlyIn }) => onlyIn.get(version) ?? []),
      ]),
    ),
    lastVersion:
      change === "none"
        ? FIRST_VERSION
        : change === "renamed"
          ? random.between(FIRST_VERSION, SECOND_VERSION)
          : SECOND_VERSION,
    rates: { lost: storm, unknown: storm, delayed: storm / 4 },
    blows: random.pick([
      [1, 0],
      [4, random.between(1, 3)],
      [4, random.between(3, 7)],
    ]),
    hasSkew: random.fraction() < 0.5,
    events,
    answers: random.between(0, 4),
    cancels: random.pick([
      [5, 0],
      [4, 1],
      [1, 3],
    ]),
    limit: random.pick([
      [4, Infinity],
      [1, 1],
      [1, 2],
    ]),
  };
}

interface Made {
  readonly planned: PlannedFunction;
  readonly onlyIn: ReadonlyMap<number, readonly string[]>;
}

function plannedFunctions(random: SeededRandom, events: number, change: CodeChange): readonly Made[] {
  const main = Array.from({ length: random.between(1, 2) }, (_none, place) => {
    const event = `go-${random.between(0, Math.min(1, events - 1))}`;
    return changed(
      random,
      { id: `main-${place}`, event, retries: random.between(0, 1), bodies: [randomBody(random)] },
      change,
    );
  });
  const leaf = { kind: "leaf", name: "leaf", isGuarded: false, ...randomLeaf(random) } as const;
  const small: Body = { body: "async", items: [leaf], failures: 0 };
  const others = ["invoked", "aside"].map((id) => ({
    planned: { id, event: id, retries: 0, bodies: [small, small] },
    onlyIn: new Map<number, readonly string[]>(),
  }));
  return [...main, ...others];
}

function changed(random: SeededRandom, first: PlannedFunction, change: CodeChange): Made {
  const [body] = first.bodies as readonly [Body];
  const named = (name: string, made?: Item): Item => (made === undefined ? leafNamed(random, name) : { ...made, name });
  if (change === "none") return { planned: { ...first, bodies: [body, body] }, onlyIn: new Map() };
  if (change === "added at the end") {
    const second = { ...body, items: [...body.items, named("added")] };
    return { planned: { ...first, bodies: [body, second] }, onlyIn: new Map([[SECOND_VERSION, ["added"]]]) };
  }
  if (change === "patched") {
    const patch: Item = { kind: "patched", name: "patch", isGuarded: true, patch: leafNamed(random, "patch leaf") };
    const second = { ...body, items: body.items.toSpliced(random.between(0, body.items.length), 0, patch) };
    return {
      planned: { ...first, bodies: [body, second] },
      onlyIn: new Map([[SECOND_VERSION, ["patch", "patch leaf"]]]),
    };
  }
  const place = random.between(0, body.items.length - 1);
  const old = body.items[place]!;
  // Of what has no name of its own in the journal, another step takes the place.
  const [before, after] =
    old.kind === "together" ? [named("before"), named("after")] : [named("before", old), named("after", old)];
  const withItem = (item: Item): Body => ({ ...body, items: body.items.with(place, item) });
  return {
    planned: { ...first, bodies: [withItem(before), withItem(after)] },
    onlyIn: new Map([
      [FIRST_VERSION, ["before"]],
      [SECOND_VERSION, ["after"]],
    ]),
  };
}

function leafNamed(random: SeededRandom, name: string): LeafItem {
  return { kind: "leaf", isGuarded: true, ...randomLeaf(random), chain: "none", name };
}
