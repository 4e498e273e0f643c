// What code holds of a step: a light thenable, iterable for `yield*`. Each link of the chain is a view of one execution.
//
// Owns: which view of a step was asked for first. Does not own: the step (step-tree), its start (step-start).
// Called by: step-tools, body, combinators, and users.
import { StepForkedError } from "./errors.ts";
import { NO_LINKS, abstractErrorLink, onErrorLink, possibleErrorLinks, type Chain, type Link } from "./step-chain.ts";
import { startSteps } from "./step-start.ts";
import type { StepNode } from "./step-tree.ts";

/** What a generator body yields for a step: no thenable, so that an async generator does not await it. */
export class StepMarker implements Iterator<StepMarker, unknown, unknown> {
  readonly view: StepView;
  /** It is its own result, too: first as what is yielded, then with what the step gave. */
  value: unknown = undefined;
  done = false;
  constructor(view: StepView) {
    this.view = view;
  }
  next(value?: unknown): IteratorResult<StepMarker, unknown> {
    this.done = this.value !== undefined || this.done;
    this.value = this.done ? value : this;
    return this as IteratorResult<StepMarker, unknown>;
  }
  throw(error: unknown): never {
    throw error;
  }
  return(value?: unknown): IteratorResult<StepMarker, unknown> {
    return { done: true, value };
  }
}

/** A step as code holds it. */
export class StepView implements Promise<unknown> {
  readonly #node: StepNode;
  readonly #chain: Chain;

  constructor(node: StepNode, chain: Chain = NO_LINKS) {
    this.#node = node;
    this.#chain = chain;
    if (!node.isChosen) node.chain = chain; // nobody has asked yet: the last view made is the one that counts
  }
  get [Symbol.toStringTag](): "Step" {
    return "Step";
  }

  then<Fulfilled, Rejected>(
    onfulfilled?: ((value: any) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onrejected?: ((reason: any) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return awaitView(this).then(onfulfilled, onrejected);
  }
  catch<Rejected>(onrejected?: ((reason: any) => Rejected | PromiseLike<Rejected>) | null): Promise<unknown> {
    return this.then(undefined, onrejected);
  }
  finally(onfinally?: (() => void) | null): Promise<unknown> {
    return awaitView(this).finally(onfinally);
  }
  [Symbol.iterator](): StepMarker {
    return new StepMarker(this);
  }

  possibleError(...args: readonly unknown[]): StepView {
    return this.#with(possibleErrorLinks(args));
  }
  onError(...args: readonly unknown[]): StepView {
    return this.#with([onErrorLink(args)]);
  }
  next(...args: readonly unknown[]): StepView {
    return this.#with([{ kind: "next", data: args[0] }]);
  }
  abstractError(...args: readonly unknown[]): StepView {
    return this.#with([abstractErrorLink(args)]);
  }
  result(): StepView {
    return this.#with([{ kind: "result" }]);
  }

  #with(links: readonly Link[]): StepView {
    if (hasStarted(this.#node)) throw StepForkedError.forLink(this.#node);
    return new StepView(this.#node, this.#chain.length === 0 ? links : [...this.#chain, ...links]);
  }

  /** Whether this is the first view of `node` that somebody asks for. It is chosen if so. */
  static choosesFirst(view: StepView, node: StepNode): boolean {
    if (view.#node !== node || hasStarted(node)) return false;
    StepView.choose(view).demand = "awaited";
    return true;
  }

  /** The step, with this view as the one that is meant. Throws {@link StepForkedError} if another one was. */
  static choose(view: StepView): StepNode {
    const node = view.#node;
    if (hasStarted(node)) {
      if (node.chain !== view.#chain) throw StepForkedError.forAwait(node);
    } else {
      node.chain = view.#chain;
    }
    if (node.demand === "none") node.demand = "chosen";
    return node;
  }
}

/** Starts the step if need be, and gives the promise of its outcome. */
function awaitView(view: StepView): Promise<unknown> {
  try {
    return awaitedStep(view).outcome();
  } catch (forked) {
    return Promise.reject(forked);
  }
}

/** The step of a view that somebody waits for from now on, started if need be. Throws {@link StepForkedError}. */
export function awaitedStep(view: StepView): StepNode {
  const node = StepView.choose(view);
  node.demand = "awaited";
  if (node.phase === "created" && node.home !== undefined) startSteps(node.home);
  return node;
}

/** One that was refused never starts: whichever view is asked for, it says why. */
function hasStarted(node: StepNode): boolean {
  const { phase, home } = node;
  const isRefused = phase === "cancelled" && home?.children.includes(node) === false;
  return node.isChosen || (phase !== "created" && phase !== "adopted" && !isRefused);
}
