// Random functions, as data: what a simulated function does.
import type { SeededRandom } from "../crash/seeded-random.ts";

export type BodyKind = "async" | "generator";
export type ChainKind = "none" | "next" | "handler" | "handler, next" | "result" | "abstract";

/** A body that runs items one after the other. */
export interface Body {
  readonly body: BodyKind;
  readonly items: readonly Item[];
  /** How many of its first attempts throw when all items are done. */
  readonly failures: number;
}

interface Named {
  readonly name: string;
  /** In a `try`: what it fails with is noted, and the body goes on. */
  readonly isGuarded: boolean;
}
export interface LeafItem extends Named {
  readonly kind: "leaf";
  readonly failures: number;
  readonly isFatal: boolean;
  readonly error: "tagged" | "plain";
  /** How long the body is at work; -1: it has no await at all. */
  readonly workMs: number;
  readonly isAtMostOnce: boolean;
  readonly chain: ChainKind;
}
export type Item =
  | LeafItem
  | (Named & { readonly kind: "sleep"; readonly ms: number })
  | (Named & { readonly kind: "composite"; readonly timeoutMs: number | undefined } & Body)
  | (Named & { readonly kind: "all"; readonly branches: readonly Body[] })
  | (Named & {
      readonly kind: "map";
      readonly count: number;
      readonly concurrency: number | undefined;
      readonly each: Body;
    })
  | (Named & { readonly kind: "race"; readonly runner: Body; readonly ms: number })
  /** `Promise.all`, with steps of one name in each branch; the code also sees which ended first. Only in async bodies. */
  | (Named & { readonly kind: "together"; readonly workMs: readonly number[] })
  | (Named & { readonly kind: "wait"; readonly which: number; readonly timeoutMs: number })
  | (Named & { readonly kind: "signal"; readonly which: number; readonly timeoutMs: number })
  | (Named & { readonly kind: "send" })
  /** What a later version of the code does, where a run has not passed there. Not drawn: a change of the code. */
  | (Named & { readonly kind: "patched"; readonly patch: LeafItem })
  | (Named & { readonly kind: "invoke"; readonly timeoutMs: number | undefined });
type ItemKind = Item["kind"];

const MOST_DEPTH = 2;

export function randomBody(random: SeededRandom, mostItems = 5, depth = 0): Body {
  const body = random.pick<BodyKind>([
    [1, "async"],
    [1, "generator"],
  ]);
  const items: Item[] = [];
  const count = random.between(1, mostItems);
  for (let place = 0; place < count; place++) items.push(randomItem(random, body, depth, place));
  return {
    body,
    items,
    failures: random.pick([
      [6, 0],
      [1, 1],
    ]),
  };
}

function randomItem(random: SeededRandom, body: BodyKind, depth: number, place: number): Item {
  const isDeep = depth >= MOST_DEPTH;
  const kind = random.pick<Exclude<ItemKind, "patched">>([
    [9, "leaf"],
    [3, "sleep"],
    [isDeep ? 0 : 2, "composite"],
    [isDeep ? 0 : 2, "all"],
    [isDeep ? 0 : 1, "map"],
    [isDeep ? 0 : 1, "race"],
    [body === "async" ? 2 : 0, "together"],
    [2, "wait"],
    [1, "signal"],
    [1, "send"],
    [1, "invoke"],
  ]);
  return itemOf(random, kind, depth, { name: `${kind}-${place}`, isGuarded: random.fraction() < 0.8 });
}

function itemOf(random: SeededRandom, kind: Exclude<ItemKind, "patched">, depth: number, named: Named): Item {
  const inner = (mostItems: number): Body => randomBody(random, mostItems, depth + 1);
  switch (kind) {
    case "leaf":
      return { kind, ...named, ...randomLeaf(random) };
    case "sleep":
      return {
        kind,
        ...named,
        ms: random.pick([
          [1, 0],
          [2, 40],
          [2, 900],
          [2, 2_500],
          [3, 6_500],
        ]),
      };
    case "composite":
      return {
        kind,
        ...named,
        ...inner(3),
        timeoutMs: random.pick([
          [5, undefined],
          [1, 200],
          [1, 5_000],
        ]),
      };
    case "all":
      return { kind, ...named, branches: listOf(random.between(2, 3), () => inner(2)) };
    case "map":
      return {
        kind,
        ...named,
        count: random.between(1, 3),
        concurrency: random.pick([
          [1, undefined],
          [1, 1],
        ]),
        each: inner(2),
      };
    case "race":
      return {
        kind,
        ...named,
        runner: inner(2),
        ms: random.pick([
          [1, 5],
          [1, 300],
          [1, 3_000],
        ]),
      };
    case "together":
      return { kind, ...named, workMs: listOf(random.between(2, 3), () => random.between(0, 60)) };
    case "wait":
    case "signal":
      return {
        kind,
        ...named,
        which: random.between(0, 1),
        timeoutMs: random.pick([
          [1, 600],
          [2, 4_000],
          [2, 9_000],
        ]),
      };
    case "send":
      return { kind, ...named };
    case "invoke":
      return {
        kind,
        ...named,
        timeoutMs: random.pick([
          [3, undefined],
          [1, 700],
          [1, 9_000],
        ]),
      };
  }
}

export function randomLeaf(random: SeededRandom): Omit<LeafItem, keyof Named | "kind"> {
  const isAtMostOnce = random.fraction() < 0.15;
  return {
    failures: random.pick([
      [4, 0],
      [1, 1],
      [1, 2],
    ]),
    isFatal: random.fraction() < 0.15,
    error: random.pick([
      [1, "tagged"],
      [1, "plain"],
    ]),
    workMs: random.pick([
      [2, -1],
      [2, 0],
      [3, random.between(1, 60)],
      [1, random.between(60, 2_500)],
    ]),
    isAtMostOnce,
    chain: random.pick<ChainKind>([
      [6, "none"],
      [1, "next"],
      [1, "handler"],
      [1, "handler, next"],
      [1, "result"],
      [1, "abstract"],
    ]),
  };
}

function listOf<Made>(count: number, make: () => Made): Made[] {
  return Array.from({ length: count }, make);
}
