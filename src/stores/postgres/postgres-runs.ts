// Runs and what is recorded of them, in Postgres.
//
// Owns: the tables `run` and `step`, together with what owners write (postgres-writes). Does not own: events, waits.
// Called by: postgres-store.
import { CODEC_VERSION } from "../../core/value-codec.ts";
import type { RunStatus } from "../../core/run-details.ts";
import type { StepRecord } from "../../durable/journal.ts";
import type { Arrival, ClaimedRun, Claimant, RunFilter, RunRequest, Store } from "../../durable/store.ts";
import { RUN_COLUMNS, STEP_COLUMNS, rowToStep, type Row } from "../shared/row-codec.ts";
import { EVENT_CELLS } from "./postgres-claim-sql.ts";
import type { PostgresCell, PostgresSession } from "./postgres-connection.ts";
import { SOURCE_CELLS, rowToArrival, rowToClaimedRun, rowToRunWithEvent } from "./postgres-rows.ts";
import { arrayText } from "./postgres-text.ts";

type Looking = Parameters<NonNullable<Store["look"]>>[0];
type RunWithEvent = ReturnType<typeof rowToRunWithEvent>;

const RUN_CELLS = RUN_COLUMNS.split(", ")
  .map((column) => `r.${column}`)
  .join(", ");

export class PostgresRuns {
  readonly #surefoot: string;

  constructor(surefoot: string) {
    this.#surefoot = surefoot;
  }

  async claim(statements: PostgresSession, claim: Parameters<Store["claim"]>[0]): Promise<readonly ClaimedRun[]> {
    const rows = await statements.rows(
      `select * from ${this.#surefoot}.claim_1($1, $2, $3, $4, $5, $6, $7, $8)`,
      ...claimCells(claim),
    );
    return rows.map(rowToClaimedRun);
  }
  /** A claim, and in the last row what else there is to know. */
  look(statements: PostgresSession, look: Looking): Promise<readonly Row[]> {
    return this.#call(statements, "look_1", [...claimCells(look), look.isBeating]);
  }
  /** The same, after events were accepted; no rows where they were not. */
  begin(statements: PostgresSession, acceptance: readonly PostgresCell[], look: Looking): Promise<readonly Row[]> {
    return this.#call(statements, "begin_1", [...acceptance, ...claimCells(look), look.isBeating]);
  }
  #call(statements: PostgresSession, name: string, cells: readonly PostgresCell[]): Promise<readonly Row[]> {
    const places = cells.map((_cell, place) => `$${place + 1}`).join(", ");
    return statements.rows(`select * from ${this.#surefoot}.${name}(${places})`, ...cells);
  }
  async nextDueMs(statements: PostgresSession, claimant: Claimant): Promise<number | null> {
    const [row] = await statements.rows(
      `select ${this.#surefoot}.next_due_1($1, $2, $3, $4) as due_ms`,
      ...claimantCells(claimant),
    );
    return row!["due_ms"] as number | null;
  }
  async saved(
    statements: PostgresSession,
    { incarnation, runIds }: Parameters<Store["saved"]>[0],
  ): Promise<readonly number[]> {
    const rows = await statements.rows(
      `select coalesce(greatest(r.save_id, (
         select max(s.save_id) from ${this.#surefoot}.step s where s.run = r.id and s.token = r.saved_token)), 0) as save_id
       from unnest($1::text[]) with ordinality as w(run, place) left join ${this.#surefoot}.run r on r.id = w.run and r.saved_by = $2
       order by w.place`,
      arrayText(runIds),
      incarnation,
    );
    return rows.map((row) => row["save_id"] as number);
  }

  async arrivals(
    statements: PostgresSession,
    { incarnation, nowMs }: Parameters<Store["arrivals"]>[0],
  ): Promise<readonly Arrival[]> {
    const rows = await statements.rows(
      `select a.run, a.key, a.source, a.due_ms, a.position, ${EVENT_CELLS}, ${SOURCE_CELLS}
       from ${this.#surefoot}.run r join ${this.#surefoot}.arrival a on a.run = r.id
       left join ${this.#surefoot}.event e on e.id = a.source and a.position > 0
       left join ${this.#surefoot}.run s on s.id = a.source and a.position = 0
       where r.owner = $1 and a.due_ms <= $2 order by a.run, a.due_ms, a.position`,
      incarnation,
      nowMs,
    );
    return rows.map(rowToArrival);
  }
  async requests(
    statements: PostgresSession,
    { incarnation }: Parameters<Store["requests"]>[0],
  ): Promise<readonly RunRequest[]> {
    const rows = await statements.rows(
      `select id, is_cancel_requested from ${this.#surefoot}.run where owner = $1 and (is_cancel_requested or is_pause_requested)`,
      incarnation,
    );
    return rows.map((row) => ({
      runId: row["id"] as string,
      kind: row["is_cancel_requested"] === 1 ? "cancel" : "pause",
    }));
  }

  /** Inside a transaction. */
  async requestCancel(
    session: PostgresSession,
    { runId, nowMs }: Parameters<Store["requestCancel"]>[0],
  ): Promise<boolean> {
    await session.rows(`select ${this.#surefoot}.lock_1(array[$1], array[$1])`, runId);
    const [run] = await session.rows(
      `update ${this.#surefoot}.run set is_cancel_requested = true, is_pause_requested = false, declined_by = '{}'
       where id = $1 and ended_ms is null returning owner is null as is_free, started_ms is null or status = 'quarantined' as is_over`,
      runId,
    );
    if (run === undefined) return false;
    if (run["is_over"] === 1) {
      await session.run(
        `update ${this.#surefoot}.run set status = 'cancelled', due_ms = null, ended_ms = $2 where id = $1`,
        runId,
        nowMs,
      );
      await session.rows(`select ${this.#surefoot}.ended_1(array[$1])`, runId);
    } else if (run["is_free"] === 1)
      await session.run(`update ${this.#surefoot}.run set status = 'queued', due_ms = $2 where id = $1`, runId, nowMs);
    return true;
  }
  async requestPause(
    statements: PostgresSession,
    { runId, note }: Parameters<Store["requestPause"]>[0],
  ): Promise<boolean> {
    const stands = "status in ('paused', 'quarantined')";
    const changed = await statements.run(
      `update ${this.#surefoot}.run set is_pause_requested = true, note = case when ${stands} then note else $2 end,
         status = case when owner is null and not ${stands} then 'paused' else status end,
         due_ms = case when ${stands} then due_ms end
       where id = $1 and ended_ms is null and not is_cancel_requested`,
      runId,
      note,
    );
    return changed === 1;
  }
  async resume(statements: PostgresSession, { runId, nowMs }: Parameters<Store["resume"]>[0]): Promise<boolean> {
    const changed = await statements.run(
      `update ${this.#surefoot}.run set is_pause_requested = false, deaths = 0, declined_by = '{}', note = null,
         status = case when owner is null then 'queued' else status end, due_ms = case when owner is null then $2::float8 end
       where id = $1 and ended_ms is null and (is_pause_requested or status in ('paused', 'quarantined'))`,
      runId,
      nowMs,
    );
    return changed === 1;
  }
  async offerPaused(
    statements: PostgresSession,
    { functionIds, nowMs }: Parameters<Store["offerPaused"]>[0],
  ): Promise<void> {
    await statements.run(
      `with offered as (
         select id from ${this.#surefoot}.run
         where status = 'paused' and not is_pause_requested and function_id = any ($1::text[]) order by id for no key update)
       update ${this.#surefoot}.run r set status = 'queued', due_ms = $2, declined_by = '{}' from offered where r.id = offered.id`,
      arrayText(functionIds),
      nowMs,
    );
  }

  /** Inside a transaction. */
  async replay(
    session: PostgresSession,
    { runId, newRunId, keys, nowMs }: Parameters<Store["replay"]>[0],
  ): Promise<boolean> {
    await session.run(
      `insert into ${this.#surefoot}.run (id, function_id, event_id, since, status, due_ms, created_ms, replay_of, format)
       select $1, function_id, event_id, since, 'queued', $2::float8, $2::float8, id, $3::int from ${this.#surefoot}.run where id = $4
       on conflict (id) do nothing`,
      newRunId,
      nowMs,
      CODEC_VERSION,
      runId,
    );
    await session.run(
      `insert into ${this.#surefoot}.step (run, ${STEP_COLUMNS}, token, save_id, is_progress)
       select $1, ${STEP_COLUMNS}, 0, 0, false from ${this.#surefoot}.step where run = $2 and key = any ($3::text[]) on conflict do nothing`,
      newRunId,
      runId,
      arrayText(keys),
    );
    return (await session.rows(`select 1 from ${this.#surefoot}.run where id = $1`, newRunId)).length === 1;
  }

  async find(statements: PostgresSession, id: string): Promise<RunWithEvent | undefined> {
    const [row] = await this.#withEvents(statements, "where r.id = $1", id);
    return row;
  }
  async list(
    statements: PostgresSession,
    { eventId, functionId, status, limit, before }: RunFilter,
  ): Promise<readonly RunWithEvent[]> {
    const filters: readonly (readonly [condition: string, value: PostgresCell | undefined])[] = [
      ["r.event_id =", eventId],
      ["r.function_id =", functionId],
      ["r.status =", status],
      ["r.position <", before],
    ];
    const given = filters.filter(([, value]) => value !== undefined);
    const where = ["true", ...given.map(([condition], place) => `${condition} $${place + 2}`)].join(" and ");
    const cells = given.map(([, value]) => value!);
    return this.#withEvents(statements, `where ${where} order by r.position desc limit $1`, limit, ...cells);
  }
  async #withEvents(
    statements: PostgresSession,
    which: string,
    ...cells: readonly PostgresCell[]
  ): Promise<readonly RunWithEvent[]> {
    const rows = await statements.rows(
      `select ${RUN_CELLS}, ${EVENT_CELLS} from ${this.#surefoot}.run r join ${this.#surefoot}.event e on e.id = r.event_id ${which}`,
      ...cells,
    );
    return rows.map(rowToRunWithEvent);
  }
  /** By the index alone: there may be very many. */
  async counts(statements: PostgresSession): Promise<ReadonlyMap<RunStatus, number>> {
    const rows = await statements.rows(
      `select status, count(*) as count from ${this.#surefoot}.run
       where status in ('queued', 'running', 'sleeping', 'waiting', 'retrying', 'paused', 'quarantined') group by status`,
    );
    return new Map(rows.map(({ status, count }) => [status as RunStatus, count as number]));
  }
  async records(statements: PostgresSession, runId: string): Promise<readonly StepRecord[]> {
    return (await statements.rows(`select ${STEP_COLUMNS} from ${this.#surefoot}.step where run = $1`, runId)).map(
      rowToStep,
    );
  }
}

/** Behind the claimant's cells, what it has of each of its functions, in their order. */
function claimCells(claim: Parameters<Store["claim"]>[0]): PostgresCell[] {
  const { functionIds, limit, nowMs, shares = [] } = claim;
  const known = functionIds.map((id) => shares.find(({ functionId }) => functionId === id));
  const [atWork, lastTurns] = [known.map((share) => share?.atWork ?? 0), known.map((share) => share?.lastTurn ?? 0)];
  return [...claimantCells(claim), limit, nowMs, arrayText(atWork.map(String)), arrayText(lastTurns.map(String))];
}
function claimantCells({ incarnation, functionIds, versions = {}, isIdle = true }: Claimant): PostgresCell[] {
  return [incarnation, arrayText(functionIds), arrayText(functionIds.map((id) => versions[id] ?? null)), isIdle];
}
