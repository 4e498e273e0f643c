// What the body of a `step.transaction` is handed on Postgres: a client of `pg`, which cannot end the transaction around it.
//
// Owns: whether the transaction is still its body's. Does not own: the transaction (postgres-transactions). Called by: bodies of users.
import { InvalidStepError } from "../../core/errors.ts";
import type { PostgresClient } from "./postgres-options.ts";

/** What a statement gave: the rows by their columns' names, as `pg` reads them. */
export interface PostgresResult {
  readonly rows: any[];
  readonly rowCount: number | null;
}

/**
 * A transaction in the store's own database, as a `step.transaction` is handed it: a client of the driver `pg`, for whatever takes
 * one, such as Drizzle's `drizzle({ client: tx })`. It is committed when the body returns, and rolled back when it throws. Savepoints
 * can be used in it; statements that begin or end a transaction are refused.
 */
export interface PostgresTransaction {
  query(text: string, values?: readonly unknown[]): Promise<PostgresResult>;
  query(query: { readonly text: string; readonly values?: readonly unknown[] }): Promise<PostgresResult>;
}

const WHY = "it is begun for it, committed with the step's outcome when it returns, and rolled back when it throws";
const ENDS =
  /^\s*(begin|start\s+transaction|commit|end|abort|rollback(?!\s+(?:work\s+|transaction\s+)?to\b)|prepare\s+transaction)\b/i;
/** What belongs to whoever has the connection. */
const NOT_HIS: ReadonlySet<PropertyKey> = new Set(["release", "end", "connect"]);

/** The client as a body has it, and what ends that. */
export function lentTo(client: PostgresClient): { readonly tx: object; readonly end: () => void } {
  let isOver = false;
  const query = (...args: readonly unknown[]): unknown => {
    const first = args[0] as string | { readonly text?: unknown } | undefined;
    const text = typeof first === "object" ? first.text : first;
    const refused = typeof text === "string" ? ENDS.exec(text)?.[1] : undefined;
    const problem = isOver
      ? InvalidStepError.for("the transaction is over: tx is for the body that was handed it")
      : refused === undefined
        ? undefined
        : InvalidStepError.for(`the body of a transaction cannot use "${refused.toLowerCase()}": ${WHY}`);
    if (problem !== undefined) return Promise.reject(problem);
    return (client.query as (...given: unknown[]) => unknown).apply(client, [...args]);
  };
  const tx = new Proxy(client, {
    get(target, name) {
      if (name === "query") return query;
      if (NOT_HIS.has(name)) throw InvalidStepError.for(`the body of a transaction cannot ${String(name)} its client`);
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
  return {
    tx,
    end: () => {
      isOver = true;
    },
  };
}
