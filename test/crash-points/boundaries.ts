// The boundaries of a store's calls, counted: at a chosen one, this process is killed.
//
// Owns: the count. Does not own: how it hears of statements (sqlite-statements, postgres-statements), what runs on the store
// (crash-point-worker).
import { AsyncLocalStorage } from "node:async_hooks";
import { writeSync } from "node:fs";
import type { Store } from "../../src/durable/store.ts";

/**
 * `before`: the call is made. `sent`: its statements have been made, and are not committed; outside of a transaction, a statement
 * is about to be made. `asked`, of a server: it has been sent what commits, and whoever asked does not live to hear the answer.
 * `committed`: the effect is taken, the answer not delivered. `acknowledged`: whoever asked has heard.
 */
export type Moment = "before" | "sent" | "asked" | "committed" | "acknowledged";

/** What a statement does to the transaction around it. */
export type Statement = "begin" | "commit" | "rollback" | "other";

/** One call of the store. */
interface Call {
  readonly verb: string;
  transactions: number;
  isInTransaction: boolean;
}

export class Boundaries {
  readonly #killAt: number | undefined;
  /** What each was, in their order. */
  readonly passed: string[] = [];
  readonly #calls = new AsyncLocalStorage<Call>();
  #lastCall: Promise<unknown> = Promise.resolve();

  constructor(killAt: number | undefined) {
    this.#killAt = killAt;
  }

  /** The store, with its boundaries counted. */
  around(store: Store): Store {
    return new Proxy(store, {
      get: (_target, verb) => {
        if (!(verb in store)) return undefined;
        if (verb === "watch") return () => () => {}; // nobody else works on it: there is no news
        if (verb === "clockOver") return undefined; // time is the campaign's, also on a server that has one of its own
        const call = store[verb as keyof Store] as (argument: never) => Promise<unknown>;
        return (argument: never) => this.#call(labelOf(String(verb), argument), () => call.call(store, argument));
      },
    });
  }

  /** A statement is about to be made. Inside a transaction nothing is between two of them: all of it is kept, or nothing. */
  stating(statement: Statement): void {
    const call = this.#calls.getStore();
    if (call === undefined) return; // of whoever looks on
    const isFirstBegin = statement === "begin" && call.transactions++ === 0;
    if (statement === "commit" || (!call.isInTransaction && !isFirstBegin)) this.#pass(call.verb, "sent");
    if (statement === "begin") call.isInTransaction = true;
  }
  /** It was sent to a server, which carries it out whatever becomes of this process. */
  asked(statement: Statement): void {
    const call = this.#calls.getStore();
    if (call === undefined) return;
    if (statement === "commit" || !call.isInTransaction) this.#pass(call.verb, "asked");
  }
  /** It was made. */
  stated(statement: Statement): void {
    const call = this.#calls.getStore();
    if (call !== undefined && (statement === "commit" || statement === "rollback")) call.isInTransaction = false;
  }

  /** One after the other, as they were asked for: otherwise a server's answers would come in an order of their own each time. */
  #call(verb: string, call: () => Promise<unknown>): Promise<unknown> {
    const answer = this.#lastCall.then(async () => {
      this.#pass(verb, "before");
      const value = await this.#calls.run({ verb, transactions: 0, isInTransaction: false }, call);
      this.#pass(verb, "committed");
      return value;
    });
    this.#lastCall = answer.catch(() => {});
    const acknowledge = (): void => this.#pass(verb, "acknowledged");
    // Asked for after whoever called has asked, so that they hear first.
    queueMicrotask(() => void answer.then(acknowledge, () => {}));
    return answer;
  }

  #pass(verb: string, moment: Moment): void {
    this.passed.push(`${verb} ${moment}`);
    if (this.passed.length === this.#killAt) killMyself(`${verb} ${moment}`);
  }
}

function labelOf(verb: string, argument: { readonly accepting?: unknown } | undefined): string {
  return argument?.accepting === undefined ? verb : `${verb} that accepts`;
}

function killMyself(label: string): never {
  writeSync(1, `${JSON.stringify({ killedAt: label })}\n`);
  process.kill(process.pid, "SIGKILL");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000); // nothing runs any more
}
