// A random program as code: bodies of both kinds that carry it out, and note what they see.
import { childKey, escapeName } from "../../src/core/step-key.ts";
import type { InvokableFunction } from "../../src/core/awaiting-types.ts";
import type { Step, StepTools } from "../../src/index.ts";
import { entered, within, type BodyBench, type CodePlace } from "./body-bench.ts";
import type { Body, BodyKind, ChainKind, Item } from "./random-program.ts";
import { isCancellation, SimulatedRefusal, SimulatedTrouble, textOf } from "./simulated-errors.ts";

type AnyStep = Step<any, any>;
/** Code that a generator body runs as it is, and an async one through `driven`. */
type Code = Generator<any, any, any>;

/** What the code of a function needs from around it. */
export interface Surroundings {
  readonly bench: BodyBench;
  readonly invoked: () => InvokableFunction;
}

const RETRIES = { retries: 2, initial: 300 } as const;
const NOTE = { failures: 0, isFatal: false, error: "plain", workMs: 3, isAtMostOnce: false, chain: "none" } as const;

/** Runs the items in a body of its kind. */
export function bodyOf(body: Body, step: StepTools, place: CodePlace, around: Surroundings): any {
  const code = new ProgramCode(body.body, around).body(body, step, entered(place, step.attempt));
  return body.body === "generator" ? code : driven(code);
}

/** An async body: what the code yields is awaited. */
async function driven(code: Code): Promise<unknown> {
  let turn = code.next();
  while (turn.done !== true) {
    try {
      const value: unknown = await turn.value;
      turn = code.next(value);
    } catch (thrown) {
      turn = code.throw(thrown);
    }
  }
  return turn.value as unknown;
}

class ProgramCode {
  readonly #kind: BodyKind;
  readonly #around: Surroundings;

  constructor(kind: BodyKind, around: Surroundings) {
    this.#kind = kind;
    this.#around = around;
  }

  *body({ items, failures }: Body, step: StepTools, place: CodePlace): Code {
    const seen: unknown[] = [];
    for (const [index, item] of items.entries()) seen.push(yield* this.#item(item, step, within(place, index)));
    if (step.attempt <= failures) throw new RangeError(`attempt ${step.attempt} of ${step.path} is over`);
    return seen.length;
  }

  *#item(item: Item, step: StepTools, place: CodePlace): Code {
    if (item.kind === "together") return yield this.#together(item, step, place);
    if (item.kind === "patched") return yield* this.#patched(item, step, place);
    const key = childKey(step.path, escapeName(item.name), 1);
    const { bench } = this.#around;
    let value: unknown;
    try {
      value = yield* this.#take(this.#start(item, step, place));
    } catch (thrown) {
      if (isCancellation(thrown)) throw thrown;
      bench.saw(place, key, "error", thrown);
      if (!item.isGuarded) throw thrown;
      return textOf(thrown);
    }
    bench.saw(place, key, "value", value);
    return value;
  }

  *#patched({ name, patch }: Item & { kind: "patched" }, step: StepTools, place: CodePlace): Code {
    const isNew: boolean = yield* this.#take(step.patched(name));
    this.#around.bench.saw(place, undefined, "value", isNew);
    return isNew ? yield* this.#item(patch, step, within(place, "patch")) : undefined;
  }

  *#take(step: AnyStep): Code {
    return this.#kind === "generator" ? yield* step : yield step;
  }

  #start(item: Exclude<Item, { kind: "together" | "patched" }>, step: StepTools, place: CodePlace): AnyStep {
    const { bench, invoked } = this.#around;
    const { name } = item;
    switch (item.kind) {
      case "leaf": {
        const options = { name, retries: RETRIES, atMostOnce: item.isAtMostOnce };
        const made = step.run(options, bench.leaf(item, place)).possibleError(SimulatedRefusal);
        return chained(made, item.chain, (inner) => inner.run("note", bench.leaf(NOTE, within(place, "note"))));
      }
      case "sleep":
        return step.sleep(name, item.ms);
      case "composite": {
        const options = { name, retries: RETRIES, timeout: item.timeoutMs };
        return step.run(options, (inner) => this.#body(item, inner, place)).possibleError(SimulatedRefusal);
      }
      case "all":
        return step.all(
          name,
          item.branches.map((branch, index) => (inner: StepTools) => this.#body(branch, inner, within(place, index))),
        );
      case "map": {
        const items = Array.from({ length: item.count }, (_none, index) => index);
        return step.map(name, items, (index, inner) => this.#body(item.each, inner, within(place, index)), {
          concurrency: item.concurrency,
        });
      }
      case "race":
        return step.race(name, [(inner: StepTools) => this.#body(item.runner, inner, place), step.sleep(item.ms)]);
      case "wait": {
        const match = { for: bench.eventId, which: item.which };
        return step.waitForEvent(name, { event: "answer", match, timeout: item.timeoutMs });
      }
      case "signal":
        return step.waitForSignal(name, { token: `${bench.eventId} ${item.which}`, timeout: item.timeoutMs });
      case "send":
        return step.sendEvent(name, { name: "aside", data: { from: bench.run } });
      case "invoke": {
        const data = { from: bench.run };
        return step.invoke(name, { function: invoked(), data, timeout: item.timeoutMs } as never);
      }
    }
  }

  #body(body: Body, inner: StepTools, place: CodePlace): any {
    return bodyOf(body, inner, place, this.#around);
  }

  /** Branches without a step of their own: whose `save` is whose depends on the order in which outcomes are handed out. */
  async #together({ name, workMs }: Item & { kind: "together" }, step: StepTools, place: CodePlace): Promise<unknown> {
    const { bench } = this.#around;
    const order: number[] = [];
    const branch = async (ms: number, index: number): Promise<void> => {
      const at = within(place, index);
      const fetched = await step.run(`fetch ${name} ${index}`, bench.leaf({ ...NOTE, workMs: ms }, at));
      bench.saw(at, undefined, "value", fetched);
      const saveAt = within(at, "save");
      const saved = await step.run(`save ${name}`, bench.leaf({ ...NOTE, workMs: ms }, saveAt));
      bench.saw(saveAt, undefined, "value", saved);
      order.push(index);
    };
    await Promise.all(workMs.map(branch));
    bench.saw(place, undefined, "value", order);
    return order;
  }
}

function chained(made: AnyStep, chain: ChainKind, note: (step: StepTools) => unknown): AnyStep {
  switch (chain) {
    case "none":
      return made;
    case "next":
      return made.next("instead");
    case "handler":
      return made.onError((_error: unknown, inner: StepTools) => note(inner)) as AnyStep;
    case "handler, next":
      return (made.onError((_error: unknown, inner: StepTools) => note(inner)) as AnyStep).next("instead");
    case "result":
      return made.result();
    case "abstract":
      return made.abstractError(SimulatedTrouble) as AnyStep;
  }
}
