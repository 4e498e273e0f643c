// The boundaries of a store's calls, counted: at a chosen one, this process is killed.
//
// Owns: the count, and the hooks into Node's SQLite that tell when a call has done its work and not committed it.
// Does not own: what runs on the store (crash-point-worker).
import { writeSync } from "node:fs";
import type { Store } from "../../src/durable/store.ts";

/**
 * `before`: the call is made. `sent`: its statements have been made, and are not committed; outside of a transaction, a statement
 * is about to be made. `committed`: the effect is taken, the answer not delivered. `acknowledged`: whoever asked has heard.
 */
export type Moment = "before" | "sent" | "committed" | "acknowledged";

const sqlite = process.getBuiltinModule("node:sqlite");

export class Boundaries {
  readonly #killAt: number | undefined;
  /** What each was, in their order. */
  readonly passed: string[] = [];
  #openVerb: string | undefined;
  #isInTransaction = false;
  /** Of the call that is being made. */
  #transactions = 0;

  constructor(killAt: number | undefined) {
    this.#killAt = killAt;
  }

  /** The store, with its boundaries counted. */
  around(store: Store): Store {
    return new Proxy(store, {
      get: (_target, verb) => {
        if (!(verb in store)) return undefined;
        const call = store[verb as keyof Store] as (argument: never) => Promise<unknown>;
        return (argument: never) => this.#call(String(verb), () => call.call(store, argument));
      },
    });
  }

  /** A statement is about to be made. Inside a transaction nothing is between two of them: all of it is kept, or nothing. */
  stating(sql: string): void {
    const isFirstBegin = sql === "begin immediate" && this.#transactions++ === 0;
    if (sql === "commit" || (!this.#isInTransaction && !isFirstBegin)) this.#sent();
    if (sql === "begin immediate") this.#isInTransaction = true;
  }
  /** A statement was made. */
  stated(sql: string): void {
    if (sql === "commit" || sql === "rollback") this.#isInTransaction = false;
  }

  #call(verb: string, call: () => Promise<unknown>): Promise<unknown> {
    this.#pass(verb, "before");
    this.#transactions = 0;
    this.#openVerb = verb; // SQLite works in one go: until the call returns, all statements are its own
    const answer = call();
    this.#openVerb = undefined;
    const delivered = answer.then((value) => {
      this.#pass(verb, "committed");
      return value;
    });
    const acknowledge = (): void => this.#pass(verb, "acknowledged");
    // Asked for after whoever called has asked, so that they hear first.
    queueMicrotask(() => void delivered.then(acknowledge, () => {}));
    return delivered;
  }

  #sent(): void {
    if (this.#openVerb !== undefined) this.#pass(this.#openVerb, "sent");
  }

  #pass(verb: string, moment: Moment): void {
    this.passed.push(`${verb} ${moment}`);
    if (this.passed.length === this.#killAt) killMyself(`${verb} ${moment}`);
  }
}

function killMyself(label: string): never {
  writeSync(1, `${JSON.stringify({ killedAt: label })}\n`);
  process.kill(process.pid, "SIGKILL");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000); // nothing runs any more
}

/** Lets the boundaries hear of each statement that this process makes. Gives what ends it. */
export function listenToSqlite(boundaries: Boundaries): () => void {
  const { StatementSync, DatabaseSync } = sqlite;
  const restores = [
    wrap(StatementSync.prototype, "run", ({ sourceSQL }) => sourceSQL),
    wrap(StatementSync.prototype, "get", ({ sourceSQL }) => sourceSQL),
    wrap(StatementSync.prototype, "all", ({ sourceSQL }) => sourceSQL),
    wrap(DatabaseSync.prototype, "exec", (_database, sql) => String(sql)),
    wrap(DatabaseSync.prototype, "close", () => "close"),
  ];
  return () => {
    for (const restore of restores) restore();
  };

  function wrap<Target extends object>(
    target: Target,
    method: keyof Target & string,
    sqlOf: (self: Target, ...args: readonly unknown[]) => string,
  ): () => void {
    const original = target[method] as (...args: readonly unknown[]) => unknown;
    const replace = (value: unknown): void => void Object.assign(target, { [method]: value });
    replace(function (this: Target, ...args: readonly unknown[]): unknown {
      const sql = sqlOf(this, ...args);
      boundaries.stating(sql);
      const given = original.apply(this, [...args]);
      boundaries.stated(sql);
      return given;
    });
    return () => replace(original);
  }
}
