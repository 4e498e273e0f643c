// Carries out the transactions of one run's steps: what a body does is kept with the record of its outcome.
//
// Owns: nothing but what it was given. Does not own: when a body may begin (durable-engine), what is tried again (group-commit).
// Called by: durable-engine.
//   B1. What is kept is the step's outcome: a value that cannot be recorded keeps nothing.
//   B2. An attempt that is over by the time its body has ended keeps nothing.
import { chainValue } from "../core/chain-outcome.ts";
import type { StepTransaction } from "../core/engine.ts";
import { CancelledError, InvalidStepError } from "../core/errors.ts";
import type { Outcome } from "../core/outcome.ts";
import type { StepNode } from "../core/step-tree.ts";
import type { RunHistory } from "./journal-fold.ts";
import type { StepRecord } from "./journal.ts";
import type { RecordMaker } from "./record-maker.ts";
import type { RunKeeper } from "./run-keeper.ts";

export class StepTransactions {
  readonly #history: RunHistory;
  readonly #maker: RecordMaker;
  readonly #keeper: RunKeeper;

  constructor(history: RunHistory, maker: RecordMaker, keeper: RunKeeper) {
    this.#history = history;
    this.#maker = maker;
    this.#keeper = keeper;
  }

  /** Gives what the body returned or threw. What was kept is in the history then; that it was refused, the keeper has heard. */
  async carryOut(
    node: StepNode,
    { body, isOver, onCommit }: StepTransaction,
  ): Promise<{ readonly thrown: unknown } | { readonly value: unknown }> {
    if (this.#keeper.transact === undefined) return { thrown: noTransactions(node.name) };
    let given: unknown;
    const { end, records } = await this.#keeper.transact({
      body: (tx) => (isOver() ? refuseOver() : body(tx)),
      record: (value) => {
        if (isOver()) refuseOver(); // B2
        const record = this.#recordOf(node, value);
        given = value;
        onCommit();
        return record;
      },
    });
    if (typeof end === "object") return end;
    if (end === "kept") for (const record of records) this.#history.add(record);
    else this.#keeper.onLost();
    return { value: given };
  }

  /** The outcome that was kept of a step with what its body did, if it was. */
  kept({ plan, key }: StepNode): StepRecord | undefined {
    if (plan.kind !== "transaction") return undefined;
    const record = this.#history.record(key);
    return record?.state === "ended" ? record : undefined;
  }

  /** B1 */
  #recordOf(node: StepNode, value: unknown): StepRecord {
    const refused = this.#maker.admit(node, value);
    if (refused !== undefined) throw refused;
    const outcome: Outcome = { status: "completed", value: chainValue(node.chain, value) };
    const record = this.#maker.ended(node, outcome);
    if (record.status === "failed") throw this.#maker.decoded(node, record.error!);
    return { ...record, sequence: this.#history.nextSequence() };
  }
}

/** Nobody hears of it: the attempt has its end. */
function refuseOver(): never {
  throw new CancelledError();
}

function noTransactions(name: string): InvalidStepError {
  return InvalidStepError.for(
    `step.transaction("${name}", …) needs a store that has transactions, which this one has not: sqlite("app.db") has. In a test, mock the step`,
  );
}
