// Which due runs a worker is given, in SQLite.
//
// Owns: nothing. Does not own: runs (sqlite-runs), limits (sqlite-functions), whose turn it is (durable/fair-share).
// Called by: sqlite-runs.
//   L1. Each function is looked at by itself, and read no further than it has turns: the backlog of one costs the others nothing.
//   L2. A claim is an immediate transaction: what it counts does not change before it commits.
import { fairShare, type Queue } from "../../durable/fair-share.ts";
import type { RunRecord } from "../../durable/journal.ts";
import type { Claimant, Store } from "../../durable/store.ts";
import { RUN_COLUMNS, rowToRun, type Cell, type Row } from "../shared/row-codec.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

type Claim = Parameters<Store["claim"]>[0];

/** Which runs of its functions a worker is given. Its parameters are those of {@link claimantCells}. */
const IS_FOR = `(declined_by = '[]' or not exists (select 1 from json_each(declined_by) where value = ?))
  and (version is null or version = (select value from json_each(?) where key = function_id)
    or not exists (select 1 from surefoot_worker, json_each(versions) where key = function_id and value = surefoot_run.version))`;

/** As `isSuspect` has it. Their index needs the number here. */
const IS_SUSPECT = "(deaths > 1)";

/** Of each function: how many more runs may be at work, and the first to be due. L1 */
const HEADS = `
  select asked, room, ${RUN_COLUMNS} from (
    select value as asked,
      (select concurrency - (
         select count(*) from surefoot_worker cross join surefoot_run indexed by surefoot_run_owner
         where owner = incarnation and function_id = surefoot_limit.function_id)
       from surefoot_limit where function_id = each_id.value) as room,
      (select position from surefoot_run indexed by surefoot_run_due
       where function_id = each_id.value and due_ms is not null and (? or not ${IS_SUSPECT}) and ${IS_FOR}
       order by due_ms, position limit 1) as first
    from json_each(?) as each_id)
  left join surefoot_run on position = first`;

const NEXT_OF_FUNCTION = `
  select ${RUN_COLUMNS} from surefoot_run indexed by surefoot_run_due
  where function_id = ? and due_ms <= ? and (due_ms, position) > (?, ?) and not ${IS_SUSPECT} and ${IS_FOR}
  order by due_ms, position limit ?`;

const FIRST_SUSPECT = `
  select ${RUN_COLUMNS} from surefoot_run indexed by surefoot_run_suspect
  where ${IS_SUSPECT} and due_ms <= ? and ${IS_FOR} and function_id in (select value from json_each(?))
  order by due_ms, position limit 1`;

/** A function that may have more runs at work, and its first for a worker. */
interface Head {
  readonly functionId: string;
  readonly room: number;
  readonly row: Row;
}

export class SqliteQueues {
  readonly #sql: SqliteConnection;

  constructor(sql: SqliteConnection) {
    this.#sql = sql;
  }

  /** Those that a claim comes to. L2 */
  due(claim: Claim): readonly RunRecord[] {
    const { limit, nowMs, shares = [] } = claim;
    const heads = this.#heads(claim, false);
    const suspect = isIdle(claim) ? this.#suspect(claim, heads) : undefined;
    if (suspect !== undefined) return [suspect];
    const due = heads.filter(({ row }) => isDue(row, nowMs));
    const queues = due.map(({ functionId, room, row }): Queue<RunRecord> => {
      return { functionId, room, runs: this.#runs(rowToRun(row), claim, Math.ceil(limit / due.length)) };
    });
    return fairShare(queues, shares, limit);
  }
  nextDueMs(claimant: Claimant): number | null {
    const due = this.#heads(claimant, isIdle(claimant)).filter(({ row }) => isDue(row, Infinity));
    return due.length === 0 ? null : Math.min(...due.map(({ row }) => row["due_ms"] as number));
  }

  /** Those that are not full. */
  #heads(claimant: Claimant, withSuspects: boolean): readonly Head[] {
    const functionIds = JSON.stringify(claimant.functionIds);
    return this.#sql
      .all(HEADS, withSuspects ? 1 : 0, ...claimantCells(claimant), functionIds)
      .map((row) => ({
        functionId: row["asked"] as string,
        room: (row["room"] as number | null) ?? Infinity,
        row,
      }))
      .filter(({ room }) => room > 0);
  }
  #suspect(claim: Claim, heads: readonly Head[]): RunRecord | undefined {
    const functionIds = JSON.stringify(heads.map(({ functionId }) => functionId));
    const row = this.#sql.get(FIRST_SUSPECT, claim.nowMs, ...claimantCells(claim), functionIds);
    return row === undefined ? undefined : rowToRun(row);
  }
  *#runs(first: RunRecord, claim: Claim, chunk: number): Generator<RunRecord> {
    yield first;
    const cells = claimantCells(claim);
    for (let last = first; ;) {
      const after = [last.functionId, claim.nowMs, last.dueMs, last.position];
      const runs = this.#sql.all(NEXT_OF_FUNCTION, ...after, ...cells, chunk).map(rowToRun);
      yield* runs;
      if (runs.length < chunk) return;
      last = runs.at(-1)!;
    }
  }
}

function isDue({ due_ms: dueMs }: Row, nowMs: number): boolean {
  return typeof dueMs === "number" && dueMs <= nowMs;
}
function isIdle({ isIdle: isGiven = true }: Claimant): boolean {
  return isGiven;
}
function claimantCells({ incarnation, versions = {} }: Claimant): Cell[] {
  return [incarnation, JSON.stringify(versions)];
}
