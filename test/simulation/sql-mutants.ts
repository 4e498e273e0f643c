// Faults in the stores on databases, one at a time: a simulation over that database is to see each.
import type { Mutant } from "./mutant.ts";

const SQLITE_RUNS = "stores/sqlite/sqlite-runs.ts";
const SQLITE_WRITES = "stores/sqlite/sqlite-writes.ts";
const POSTGRES_CLAIM = "stores/postgres/postgres-claim-sql.ts";
const POSTGRES_COMMIT = "stores/postgres/postgres-commit-sql.ts";

export const SQL_MUTANTS: readonly Mutant[] = [
  {
    name: "a claim leaves the token as it was, on SQLite",
    store: "sqlite",
    rule: "H3",
    edits: [
      { file: SQLITE_RUNS, find: "owner = ?, token = token + 1,", replace: "owner = ?, token = max(1, token)," },
      { file: SQLITE_RUNS, find: "saved_token = token + 1,", replace: "saved_token = max(1, token)," },
      { file: SQLITE_RUNS, find: "token: token + 1, version }", replace: "token: Math.max(1, token), version }" },
    ],
    seed: 12,
  },
  {
    name: "a run that is to be cancelled ends as it likes, on SQLite",
    store: "sqlite",
    rule: "H4",
    edits: [
      { file: SQLITE_WRITES, find: `if (owned["is_cancel_requested"] === 1 && change`, replace: "if (1 < 0 && change" },
    ],
    seed: 169,
  },
  {
    name: "a claim leaves the token as it was, on Postgres",
    store: "postgres",
    rule: "H3",
    edits: [
      { file: POSTGRES_CLAIM, find: "token = r.token + 1,\n", replace: "token = greatest(1, r.token),\n" },
      { file: POSTGRES_CLAIM, find: `token: "d.token + 1"`, replace: `token: "greatest(1, d.token)"` },
    ],
    seed: 4,
  },
  {
    name: "fencing off, on Postgres",
    store: "postgres",
    rule: "H3",
    edits: [
      {
        file: POSTGRES_COMMIT,
        find: "where r.owner is distinct from p_incarnation or r.token <> p.token)",
        replace: "where false)",
      },
      {
        file: POSTGRES_COMMIT,
        find: "if v_run.owner is distinct from p_incarnation or v_run.token <> v_token then",
        replace: "if false then",
      },
      {
        file: POSTGRES_COMMIT,
        find: "return repeat('r', cardinality(p_runs) + jsonb_array_length(p_careful));",
        replace: "v_missing := null;",
      },
    ],
    seed: 75,
  },
  {
    name: "a run that is to be cancelled ends as it likes, on Postgres",
    store: "postgres",
    rule: "H4",
    edits: [
      {
        file: POSTGRES_COMMIT,
        find: "where r.is_cancel_requested and e.status <> 'cancelled')",
        replace: "where false)",
      },
      {
        file: POSTGRES_COMMIT,
        find: "if v_change->>'kind' = 'end' and v_change->>'status' <> 'cancelled' and v_run.is_cancel_requested then",
        replace: "if false then",
      },
    ],
    seed: 169,
  },
];
