// A step tree as code: bodies of all kinds that run it, and note which bodies were entered.
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  AbstractError,
  TaggedError,
  step as ambientStep,
  type Result,
  type RetryPolicy,
  type Step,
  type StepTools,
} from "../../src/index.ts";
import {
  branchesOf,
  eachOf,
  type BodyKind,
  type Handled,
  type Item,
  type Leaf,
  type Sequence,
  type Tree,
} from "./random-trees.ts";
import { trailOf, type ErrorMark } from "./tree-model.ts";

class TreeError extends TaggedError("TreeError") {}
class TreeReplaced extends TaggedError("TreeReplaced") {}
class TreeWrapper extends AbstractError("TreeWrapper") {}

/** Which bodies were entered in one life of the process. */
export class CallLog {
  readonly #callsByPath = new Map<string, number>();
  readonly #pathsByNumber = new Map<string, string>();
  readonly #firstAttempts = new Map<string, number>();
  /** How many bodies without substeps were entered. */
  leaves = 0;

  enterLeaf(step: StepTools): void {
    this.leaves++;
    this.enter(step);
  }
  enter({ path, number, attempt }: StepTools): void {
    if (!this.#callsByPath.has(path)) this.#firstAttempts.set(path, attempt);
    this.#callsByPath.set(path, this.calls(path) + 1);
    this.#pathsByNumber.set(number, path);
  }
  /** The attempt as which the body was first entered in this life. */
  firstAttempt(path: string): number | undefined {
    return this.#firstAttempts.get(path);
  }
  calls(path: string): number {
    return this.#callsByPath.get(path) ?? 0;
  }
  callsOfNumber(number: string): number {
    return this.calls(this.#pathsByNumber.get(number) ?? "none");
  }
  get paths(): Iterable<string> {
    return this.#callsByPath.keys();
  }
}

type AnyStep = Step<unknown, unknown>;
/** What a body of any kind gives, whose type nobody needs. */
type AnyBody = AsyncGenerator<unknown, unknown, any> | Generator<unknown, unknown, any> | Promise<unknown>;

const LONG_MS = 3_600_000;

export function markOf(error: unknown): ErrorMark {
  const { _tag, name, message } = error as Error & { readonly _tag?: string };
  return { tag: _tag ?? name, message };
}

export class TreeCode {
  readonly #log: CallLog;
  constructor(log: CallLog) {
    this.#log = log;
  }

  /** Runs the sequence in a body of its kind. `attempt` is from 1. */
  body(sequence: Sequence, step: StepTools, trail: string, attempt: number): AnyBody {
    const lines = linesOf(sequence.items, trail);
    const start = (line: Line): AnyStep => this.#start(line.tree!, step, line.trail);
    const end = (values: readonly unknown[]): readonly unknown[] => {
      if (attempt <= sequence.failures) throw new RangeError(`attempt ${attempt} of ${trail}`);
      return values;
    };
    return BODIES[sequence.body](lines, start, end);
  }

  #start(tree: Tree, step: StepTools, trail: string): AnyStep {
    switch (tree.kind) {
      case "leaf":
        return this.#leaf(tree, step, trail);
      case "composite":
        return step.run({ name: tree.name, retries: quickly(tree.failures) }, this.#bodyOf(tree, trail));
      case "sleep":
        return step.sleep(tree.name, tree.ms);
      case "handled":
        return this.#handled(tree, step, trail);
      case "all":
        return this.#all(tree, step, trail);
      case "map": {
        const { concurrency } = tree;
        const key = tree.hasKey ? (item: string) => item : undefined;
        const items = Array.from({ length: tree.count }, (_, index) => `key ${index}`);
        return step.map(
          tree.name,
          items,
          (_item, inner, index) => this.#bodyOf(eachOf(tree, index), `${trail}/${index}`)(inner),
          { concurrency, key },
        );
      }
      case "race": {
        const losers = tree.losers.map((kind) => this.#loser(kind));
        const winner = this.#bodyOf(tree.winner, `${trail}/winner`);
        return step.race(tree.name, tree.isWinnerFirst ? [winner, ...losers] : [...losers, winner]);
      }
    }
  }

  /** A body as `step.run` takes it, which notes that it was entered. Its name says nothing, so that a branch is a "step". */
  #bodyOf(sequence: Sequence, trail: string): (step: StepTools) => AnyBody {
    return nameless((step: StepTools) => {
      this.#log.enter(step);
      return this.body(sequence, step, trail, step.attempt);
    });
  }

  #leaf(leaf: Leaf, step: StepTools, trail: string): AnyStep {
    const options = { name: leaf.name, retries: quickly(leaf.failures) };
    const run = (inner: StepTools): unknown => {
      this.#log.enterLeaf(inner);
      const { attempt } = inner;
      const end = (): string => {
        if (attempt > leaf.failures && !leaf.isFatal) return trail;
        throw leaf.error === "tagged" ? new TreeError({ message: trail }) : new RangeError(trail);
      };
      if (leaf.pace === "plain") return end();
      return (leaf.pace === "turn" ? nextTurn() : Promise.resolve()).then(end);
    };
    const made = leaf.hasInput
      ? step.run(options, (_trail: string) => run(ambientStep), trail)
      : step.run(options, (inner) => run(inner));
    return made.possibleError(TreeError);
  }

  #all(tree: Extract<Tree, { kind: "all" }>, step: StepTools, trail: string): AnyStep {
    const branches = branchesOf(tree);
    const bodies = branches.map((branch, index) => this.#bodyOf(branch, `${trail}/${index}`));
    switch (tree.shape) {
      case "list":
        return step.all(tree.name, bodies);
      case "record":
        return step.all(tree.name, Object.fromEntries(bodies.map((body, index) => [`branch ${index}`, body])));
      case "steps":
        return step.all(
          tree.name,
          branches.map(({ name, failures }, index) => step.run({ name, retries: quickly(failures) }, bodies[index]!)),
        );
    }
  }

  #loser(kind: "sleep" | "signal" | "composite"): (step: StepTools) => unknown {
    switch (kind) {
      case "sleep":
        return nameless((step: StepTools) => step.sleep("long", LONG_MS));
      case "signal":
        return nameless(
          ({ signal }: StepTools) =>
            new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
        );
      case "composite":
        return nameless(async (step: StepTools) => {
          await step.run("outer", (inner) => inner.sleep("long", LONG_MS));
        });
    }
  }

  #handled(tree: Handled, step: StepTools, trail: string): AnyStep {
    const { inner, chain } = tree;
    const failing =
      inner.kind === "leaf"
        ? this.#leaf(inner, step, trail)
        : step.run({ name: inner.name, retries: quickly(inner.failures) }, this.#bodyOf(inner, trail));
    const handler = (round: string, ending: HandlerEnding = "return") =>
      nameless((_error: unknown, inHandler: StepTools) =>
        this.#handlerBody(tree, inHandler, `${trail}!${round}`, ending),
      );
    switch (chain) {
      case "next":
        return failing.next(`next ${trail}`);
      case "next of the error":
        return failing.next(markOf);
      case "onError":
        return failing.onError(handler(""));
      case "onError, onError, next":
        return failing.onError(handler("")).onError(handler("again ")).next();
      case "onError of a class, next":
        return (failing as Step<unknown, TreeError>).onError(TreeError, handler("")).next();
      case "onError raises":
        return failing.onError(handler("", "raise"));
      case "onError throws":
        return failing.onError(handler("", "throw"));
      case "abstractError":
        return failing.abstractError(TreeWrapper);
      case "result":
        return failing.result();
    }
  }

  #handlerBody({ handler }: Handled, step: StepTools, trail: string, ending: HandlerEnding): AnyBody {
    const lines = handler.steps.map((name, at): Line => ({
      isGuarded: false,
      isFloating: false,
      name,
      trail: `${trail}${at}`,
    }));
    const start = (line: Line): AnyStep =>
      step.run(line.name, (inner) => {
        this.#log.enterLeaf(inner);
        return line.trail;
      });
    const message = `instead ${trail.slice(0, trail.indexOf("!"))}`;
    const end = (): void => {
      if (ending === "throw") throw new RangeError(message);
    };
    return BODIES[handler.body](
      lines,
      start,
      end,
      ending === "raise" ? () => step.fail(new TreeReplaced({ message })) : undefined,
    );
  }
}

type HandlerEnding = "return" | "raise" | "throw";

/** One step of a body: its item, or one round of it. */
interface Line {
  readonly isGuarded: boolean;
  readonly isFloating: boolean;
  readonly name: string;
  readonly trail: string;
  readonly tree?: Tree;
}
function linesOf(items: readonly Item[], trail: string): readonly Line[] {
  return items.flatMap(({ tree, times, isGuarded, isFloating }, line) =>
    Array.from({ length: times }, (_, round) => ({
      isGuarded,
      isFloating,
      name: "",
      tree,
      trail: trailOf(trail, line, round),
    })),
  );
}

type RunLines = (
  lines: readonly Line[],
  start: (line: Line) => AnyStep,
  end: (values: readonly unknown[]) => unknown,
  raise?: () => AnyStep,
) => AnyBody;

/** The same body three times: what is floating is created in its place, and awaited when all else is done. */
const BODIES: Readonly<Record<BodyKind, RunLines>> = {
  async async(lines, start, end, raise) {
    const values = new Values();
    const floating: (() => Promise<void>)[] = [];
    for (const [at, line] of lines.entries()) {
      const made = start(line);
      const settle = async (): Promise<void> => {
        try {
          values.put(at, line, await made);
        } catch (error) {
          values.fail(at, line, error);
        }
      };
      if (line.isFloating) floating.push(settle);
      else await settle();
    }
    for (const settle of floating) await settle();
    if (raise !== undefined) await raise();
    return end(values.list);
  },
  *generator(lines, start, end, raise) {
    const values = new Values();
    const floating: (readonly [number, Line, AnyStep])[] = [];
    for (const [at, line] of lines.entries()) {
      const made = start(line);
      if (line.isFloating) floating.push([at, line, made]);
      else yield* settled(values, at, line, made);
    }
    for (const [at, line, made] of floating) yield* settled(values, at, line, made);
    if (raise !== undefined) throw yield* raise();
    return end(values.list);
  },
  async *"async generator"(lines, start, end, raise) {
    const values = new Values();
    const floating: (readonly [number, Line, AnyStep])[] = [];
    for (const [at, line] of lines.entries()) {
      const made = start(line);
      if (line.isFloating) floating.push([at, line, made]);
      else yield* settled(values, at, line, made);
    }
    for (const [at, line, made] of floating) yield* settled(values, at, line, made);
    if (raise !== undefined) throw yield* raise();
    return end(values.list);
  },
};

function* settled(values: Values, at: number, line: Line, made: AnyStep): Generator<unknown, void, any> {
  try {
    values.put(at, line, yield* made);
  } catch (error) {
    values.fail(at, line, error);
  }
}

/** What came of the lines of one body. */
class Values {
  readonly list: unknown[] = [];
  put(at: number, { tree }: Line, value: unknown): void {
    this.list[at] =
      tree?.kind === "handled" && tree.chain === "result" ? resultMark(value as Result<unknown, unknown>) : value;
  }
  fail(at: number, { isGuarded }: Line, error: unknown): void {
    if (!isGuarded) throw error;
    this.list[at] = { caught: markOf(error) };
  }
}

function resultMark(result: Result<unknown, unknown>): unknown {
  return result.ok ? result : { ok: false, error: markOf(result.error) };
}
function quickly(retries: number): RetryPolicy {
  return { retries, initial: 1, jitter: false };
}
/** A function without a name of its own: as a branch it is a "step". */
function nameless<Body extends object>(body: Body): Body {
  return Object.defineProperty(body, "name", { value: "" });
}
