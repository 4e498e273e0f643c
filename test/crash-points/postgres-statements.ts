// Each statement that this process sends to a Postgres, told of.
import { Client } from "pg";
import type { Boundaries, Statement } from "./boundaries.ts";

const STATEMENT = /^(begin|commit|rollback)\b(?! to )/;

/** Lets the boundaries hear of them. Gives what ends it. */
export function listenToPostgres(boundaries: Boundaries): () => void {
  const { prototype } = Client as unknown as {
    readonly prototype: { query: (...args: readonly unknown[]) => unknown };
  };
  const original = prototype.query;
  prototype.query = function (this: unknown, ...args: readonly unknown[]): unknown {
    const statement = statementOf(args[0] as string | { readonly text: string });
    boundaries.stating(statement);
    const answer = original.apply(this, [...args]); // whole with the server now: a statement has its connection to itself
    boundaries.asked(statement);
    if (!(answer instanceof Promise)) return answer;
    return answer.finally(() => boundaries.stated(statement));
  };
  return () => {
    prototype.query = original;
  };
}

function statementOf(query: string | { readonly text: string }): Statement {
  const text = typeof query === "string" ? query : query.text;
  return (STATEMENT.exec(text)?.[1] as Statement | undefined) ?? "other";
}
