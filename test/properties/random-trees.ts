// Random step trees, as data: what a function of the numbers-and-keys property is made of.
import * as fc from "fast-check";

export type BodyKind = "async" | "generator" | "async generator";

/** A body that runs items one after the other, and gives the list of what came of them. */
export interface Sequence {
  readonly body: BodyKind;
  readonly items: readonly Item[];
  /** How many of its first attempts throw when all items are done. */
  readonly failures: number;
}

/** One line of a body. */
export interface Item {
  readonly tree: Tree;
  /** Run as often as this, under one name, in a loop. */
  readonly times: number;
  /** In a `try`: what it fails with is noted, and the body goes on. */
  readonly isGuarded: boolean;
  /** Created in its place, awaited when all other items are done. */
  readonly isFloating: boolean;
}

export interface Leaf {
  readonly kind: "leaf";
  readonly name: string;
  /** How many of its first attempts throw. */
  readonly failures: number;
  /** Whether the attempt after them throws too. */
  readonly isFatal: boolean;
  readonly error: "tagged" | "plain";
  readonly pace: "plain" | "microtask" | "turn";
  readonly hasInput: boolean;
}
export type Composite = { readonly kind: "composite"; readonly name: string } & Sequence;

/** What stands behind a step's failure. */
export type ChainKind =
  | "next"
  | "next of the error"
  | "onError"
  | "onError, onError, next"
  | "onError of a class, next"
  | "onError raises"
  | "onError throws"
  | "abstractError"
  | "result";
export interface Handled {
  readonly kind: "handled";
  readonly inner: Leaf | Composite;
  readonly chain: ChainKind;
  readonly handler: { readonly body: BodyKind; readonly steps: readonly string[] };
}

export type Tree =
  | Leaf
  | Composite
  | Handled
  | { readonly kind: "sleep"; readonly name: string; readonly ms: number }
  | {
      readonly kind: "all";
      readonly name: string;
      readonly shape: "list" | "record" | "steps";
      readonly branches: readonly Composite[];
      /** Only in this branch does an item fail unguarded: which of two failures comes first would be open. */
      readonly failing: number;
    }
  | {
      readonly kind: "map";
      readonly name: string;
      readonly count: number;
      readonly concurrency: number | undefined;
      readonly hasKey: boolean;
      readonly each: Sequence;
      readonly failing: number;
    }
  | {
      readonly kind: "race";
      readonly name: string;
      readonly winner: Sequence;
      /** Before or behind the winner; each waits far longer than a winner takes. */
      readonly losers: readonly ("sleep" | "signal" | "composite")[];
      readonly isWinnerFirst: boolean;
    };

const NAMES = ["a", "b", "save", "fetch"] as const;
const name = fc.constantFrom(...NAMES);
const body = fc.constantFrom<BodyKind[]>("async", "generator", "async generator");
const failures = fc.constantFrom(0, 0, 0, 1, 2);

const leaf: fc.Arbitrary<Leaf> = fc.record({
  kind: fc.constant("leaf" as const),
  name,
  failures,
  isFatal: fc.constantFrom(false, false, true),
  error: fc.constantFrom("tagged" as const, "plain" as const),
  pace: fc.constantFrom("plain" as const, "microtask" as const, "turn" as const),
  hasInput: fc.boolean(),
});
/** Most of what has a chain fails: a chain on anything else does nothing. */
const failingLeaf: fc.Arbitrary<Leaf> = leaf.map((made) => ({ ...made, isFatal: true }));
function failingComposite(place: Place): fc.Arbitrary<Composite> {
  return fc.tuple(composite(place), failingLeaf).map(([made, last]) => ({
    ...made,
    items: [...made.items, { tree: last, times: 1, isGuarded: false, isFloating: false }],
  }));
}
const sleep: fc.Arbitrary<Tree> = fc.record({
  kind: fc.constant("sleep" as const),
  name,
  // The last one is long enough for a run to leave memory.
  ms: fc.constantFrom(0, 1, 40, 900, 2_500, 6_000),
});

/** An item's place in the tree: how deep trees below may go, and whether they may sleep. */
interface Place {
  readonly depth: number;
  readonly maySleep: boolean;
}

function tree({ depth, maySleep }: Place): fc.Arbitrary<Tree> {
  const inner = { depth: depth - 1, maySleep };
  const handled: fc.Arbitrary<Tree> = fc.record({
    kind: fc.constant("handled" as const),
    inner: depth === 0 ? failingLeaf : fc.oneof(leaf, failingLeaf, composite(inner), failingComposite(inner)),
    chain: fc.constantFrom<ChainKind[]>(
      ...(["next", "next of the error", "onError", "onError, onError, next", "onError of a class, next"] as const),
      ...(["onError raises", "onError throws", "abstractError", "result"] as const),
    ),
    handler: fc.record({ body, steps: fc.array(name, { maxLength: 2 }) }),
  });
  const small = fc.oneof(
    { weight: 5, arbitrary: leaf },
    { weight: 2, arbitrary: handled },
    ...(maySleep ? [sleep] : []),
  );
  if (depth === 0) return small;
  return fc.oneof(
    { weight: 4, arbitrary: small },
    { weight: 2, arbitrary: composite(inner) },
    fc.record({
      kind: fc.constant("all" as const),
      name,
      shape: fc.constantFrom("list" as const, "record" as const, "steps" as const),
      branches: fc.array(composite(inner), { minLength: 1, maxLength: 3 }),
      failing: fc.nat(5),
    }),
    fc.record({
      kind: fc.constant("map" as const),
      name,
      count: fc.nat(3),
      concurrency: fc.constantFrom(undefined, 1, 2),
      hasKey: fc.boolean(),
      each: sequence(inner, 2),
      failing: fc.nat(6),
    }),
    fc.record({
      kind: fc.constant("race" as const),
      name,
      winner: sequence({ ...inner, maySleep: false }, 2),
      losers: fc.array(fc.constantFrom("sleep" as const, "signal" as const, "composite" as const), {
        minLength: 1,
        maxLength: 2,
      }),
      isWinnerFirst: fc.boolean(),
    }),
  );
}

function composite(place: Place): fc.Arbitrary<Composite> {
  return fc.tuple(name, sequence(place, 3)).map(([given, made]) => ({ kind: "composite", name: given, ...made }));
}

function sequence(place: Place, mostItems: number): fc.Arbitrary<Sequence> {
  const item: fc.Arbitrary<Item> = fc.record({
    tree: tree(place),
    times: fc.constantFrom(1, 1, 1, 1, 2, 3),
    isGuarded: fc.constantFrom(true, true, true, false),
    isFloating: fc.constantFrom(false, false, false, true),
  });
  return fc.record({ body, items: fc.array(item, { minLength: 1, maxLength: mostItems }), failures });
}

/** The body of a function. */
export const randomTree: fc.Arbitrary<Sequence> = sequence({ depth: 2, maySleep: true }, 4);

/** A sequence in which nothing fails unguarded. */
export function guarded<Body extends Sequence>(made: Body): Body {
  return { ...made, items: made.items.map((item) => ({ ...item, isGuarded: true })) };
}
/** The branches as they run: only one of them may fail. */
export function branchesOf({ branches, failing }: Extract<Tree, { kind: "all" }>): readonly Composite[] {
  return branches.map((branch, place) => (place === failing ? branch : guarded(branch)));
}
export function eachOf({ each, failing }: Extract<Tree, { kind: "map" }>, index: number): Sequence {
  return index === failing ? each : guarded(each);
}
