// What a step tree must come to, worked out by hand from the rules of the language: it imports nothing of the library.
import {
  branchesOf,
  eachOf,
  type Composite,
  type Handled,
  type Item,
  type Leaf,
  type Sequence,
  type Tree,
} from "./random-trees.ts";

/** An error as the trees tell them apart. */
export interface ErrorMark {
  readonly tag: string;
  readonly message: string;
}
export type Outcome = { readonly value: unknown } | { readonly error: ErrorMark };

/** One step as it must be found when the run has ended. */
export interface ExpectedStep {
  readonly number: string;
  readonly name: string;
  readonly status: "completed" | "recovered" | "failed";
  readonly attempts: number | undefined;
  /** How often its body is entered while nothing is cut. Undefined: it is no leaf. */
  readonly calls: number | undefined;
  /** What it gives, where that is a text of its own. */
  readonly value: string | undefined;
}

export interface Expectation {
  readonly outcome: Outcome;
  readonly steps: readonly ExpectedStep[];
  /** Numbers of steps that end with a sibling's failure or another's win: how far they come is open, and what is below them. */
  readonly open: readonly string[];
}

/** What the function with this body comes to. */
export function expectationOf(root: Sequence): Expectation {
  const model = new Model();
  const { attempts: _attempts, ...outcome } = model.sequence(root, new Place("", ""));
  return { outcome, steps: model.steps, open: model.open };
}

/** A body that runs: it gives its steps their numbers, in the order of creation. */
class Place {
  readonly #number: string;
  readonly trail: string;
  count = 0;
  constructor(number: string, trail: string) {
    this.#number = number;
    this.trail = trail;
  }
  next(): string {
    this.count++;
    return this.#number === "" ? String(this.count) : `${this.#number}.${this.count}`;
  }
}

class Model {
  readonly steps: ExpectedStep[] = [];
  readonly open: string[] = [];

  /** Steps of another attempt are the same ones: they keep their outcomes, and do not count again. */
  sequence({ body, items, failures }: Sequence, place: Place): Outcome & { readonly attempts: number } {
    const values: unknown[] = [];
    const floating: (() => ErrorMark | undefined)[] = [];
    const sleeping: string[] = [];
    let failure: ErrorMark | undefined;
    for (const [line, item] of items.entries()) {
      for (let round = 0; round < item.times && failure === undefined; round++) {
        const at = values.length;
        const outcome = this.tree(item.tree, place, trailOf(place.trail, line, round));
        const settle = (): ErrorMark | undefined => settleItem(item, outcome, values, at);
        values.push(undefined);
        if (item.isFloating) floating.push(settle);
        else failure = settle();
        if (item.isFloating && item.tree.kind === "sleep") sleeping.push(this.steps.at(-1)!.number);
      }
    }
    for (const settle of floating) failure ??= settle();
    // A sleep that its body does not come to await any more is dropped.
    if (failure !== undefined) this.open.push(...sleeping);
    if (failure !== undefined) return { error: body === "async" ? unexpected(failure) : failure, attempts: 1 };
    return { value: values, attempts: failures + 1 };
  }

  tree(tree: Tree, place: Place, trail: string): Outcome {
    const number = place.next();
    switch (tree.kind) {
      case "leaf":
        return this.#ended(number, tree.name, this.#leafOutcome(tree, trail), leafAttempts(tree), leafAttempts(tree));
      case "composite":
        return this.#composite(tree, number, trail);
      case "sleep":
        return this.#ended(number, tree.name, { value: undefined }, undefined);
      case "handled":
        return this.#handled(tree, number, trail);
      case "all":
        return this.#all(tree, number, trail);
      case "map":
        return this.#map(tree, number, trail);
      case "race":
        return this.#race(tree, number, trail);
    }
  }

  #composite(tree: Composite, number: string, trail: string): Outcome {
    const outcome = this.sequence(tree, new Place(number, trail));
    return this.#ended(number, tree.name, outcome, outcome.attempts);
  }

  #leafOutcome(leaf: Leaf, trail: string): Outcome {
    if (!leaf.isFatal) return { value: trail };
    return { error: { tag: leaf.error === "tagged" ? "TreeError" : "UnexpectedError", message: trail } };
  }

  #all(tree: Extract<Tree, { kind: "all" }>, number: string, trail: string): Outcome {
    const place = new Place(number, trail);
    const outcomes = branchesOf(tree).map((branch, index) => {
      const name = tree.shape === "list" ? "step" : tree.shape === "record" ? `branch ${index}` : branch.name;
      return this.#composite({ ...branch, name }, place.next(), `${trail}/${index}`);
    });
    return this.#joined(number, tree.name, outcomes, (values) =>
      tree.shape === "record" ? Object.fromEntries(values.map((value, index) => [`branch ${index}`, value])) : values,
    );
  }

  #map(tree: Extract<Tree, { kind: "map" }>, number: string, trail: string): Outcome {
    const place = new Place(number, trail);
    const outcomes = Array.from({ length: tree.count }, (_, index) => {
      const name = tree.hasKey ? `key ${index}` : "item";
      return this.#composite({ kind: "composite", name, ...eachOf(tree, index) }, place.next(), `${trail}/${index}`);
    });
    return this.#joined(number, tree.name, outcomes, (values) => values);
  }

  #joined(number: string, name: string, outcomes: readonly Outcome[], join: (values: unknown[]) => unknown): Outcome {
    const failed = outcomes.findIndex((outcome) => "error" in outcome);
    if (failed === -1)
      return this.#ended(
        number,
        name,
        { value: join(outcomes.map((outcome) => ("value" in outcome ? outcome.value : undefined))) },
        1,
      );
    for (const index of outcomes.keys()) if (index !== failed) this.open.push(`${number}.${index + 1}`);
    return this.#ended(number, name, outcomes[failed]!, 1);
  }

  #race(tree: Extract<Tree, { kind: "race" }>, number: string, trail: string): Outcome {
    const place = new Place(number, trail);
    const losers = (): void => tree.losers.forEach(() => this.open.push(place.next()));
    if (!tree.isWinnerFirst) losers();
    const outcome = this.#composite(
      { kind: "composite", name: "step", ...tree.winner },
      place.next(),
      `${trail}/winner`,
    );
    if (tree.isWinnerFirst) losers();
    return this.#ended(number, tree.name, outcome, 1);
  }

  #handled({ inner, chain, handler }: Handled, number: string, trail: string): Outcome {
    const place = new Place(number, trail);
    const body =
      inner.kind === "leaf"
        ? { ...this.#leafOutcome(inner, trail), attempts: leafAttempts(inner) }
        : this.sequence(inner, place);
    const { attempts } = body;
    const calls = inner.kind === "leaf" ? attempts : undefined;
    const end = (outcome: Outcome, status?: "recovered"): Outcome =>
      this.#ended(number, inner.name, outcome, attempts, calls, status);
    if ("value" in body)
      return end(chain === "result" ? { value: { ok: true, value: body.value } } : { value: body.value });
    const { error } = body;
    const runHandler = (round: string): void =>
      handler.steps.forEach(
        (name, at) => void this.#ended(place.next(), name, { value: `${trail}!${round}${at}` }, 1, 1),
      );
    switch (chain) {
      case "next":
        return end({ value: `next ${trail}` }, "recovered");
      case "next of the error":
        return end({ value: error }, "recovered");
      case "onError":
        runHandler("");
        return end({ error });
      case "onError, onError, next":
        runHandler("");
        runHandler("again ");
        return end({ value: undefined }, "recovered");
      case "onError of a class, next":
        if (error.tag !== "TreeError") return end({ error });
        runHandler("");
        return end({ value: undefined }, "recovered");
      case "onError raises":
        runHandler("");
        return end({ error: { tag: "TreeReplaced", message: `instead ${trail}` } });
      case "onError throws":
        runHandler("");
        return end({ error: { tag: "UnexpectedError", message: `instead ${trail}` } });
      case "abstractError":
        return end({ error: { tag: "TreeWrapper", message: error.message } });
      case "result":
        return end({ value: { ok: false, error } }, "recovered");
    }
  }

  #ended(
    number: string,
    name: string,
    outcome: Outcome,
    attempts?: number,
    calls?: number,
    status?: "recovered",
  ): Outcome {
    const reached = status ?? ("error" in outcome ? "failed" : "completed");
    const value = "value" in outcome && typeof outcome.value === "string" ? outcome.value : undefined;
    this.steps.push({ number, name, status: reached, attempts, calls, value });
    return outcome;
  }
}

/** Where a leaf stands in the tree: what it gives, so that no two give the same. */
export function trailOf(around: string, line: number, round: number): string {
  return `${around}/${line}${round === 0 ? "" : `x${round}`}`;
}

function settleItem({ isGuarded }: Item, outcome: Outcome, values: unknown[], at: number): ErrorMark | undefined {
  if ("value" in outcome) values[at] = outcome.value;
  else if (isGuarded) values[at] = { caught: outcome.error };
  else return outcome.error;
  return undefined;
}
function leafAttempts({ failures }: Leaf): number {
  return failures + 1;
}
/** A failure that came through `await` without being declared: the same message under another tag. */
function unexpected({ message }: ErrorMark): ErrorMark {
  return { tag: "UnexpectedError", message };
}
