// How runs are given to a worker, as a function in the database. Pure.
import { EVENT_COLUMNS, RUN_COLUMNS, STEP_COLUMNS } from "../shared/row-codec.ts";
import { ACCEPT_PARAMETERS, namesOf } from "./postgres-accept-sql.ts";
import { NOW_MS, PLANS } from "./postgres-sql.ts";
import { FIRST_SUSPECT, GIVEN, IS_FOR, IS_SUSPECT, LOCK_LIMITS, TURNS, hasRoom } from "./postgres-turn-sql.ts";

/** The columns of a run's event, beside the run's own. */
export const EVENT_CELLS = EVENT_COLUMNS.split(", ")
  .map((column) => `e."${column}" as "of_${column}"`)
  .join(", ");
/** A run's records as a JSON list of rows, in the order of the columns; null where it has none. */
const HISTORY = `(select json_agg(json_build_array(${STEP_COLUMNS.split(", ")
  .map((column) => `s.${column}`)
  .join(", ")}))::text from surefoot.step s where s.run = d.id)`;

/** Of runs that are locked. */
function claimOf(runs: string): string {
  const given: Readonly<Record<string, string>> = {
    status: "'running'::text",
    due_ms: "null::float8",
    owner: "p_incarnation",
    token: "d.token + 1",
    version: "coalesce(p_versions[array_position(p_functions, d.function_id)], d.version)",
  };
  const run = RUN_COLUMNS.split(", ").map((column) => given[column] ?? `d.${column}`);
  return `
    with d as (${runs}
    ), taken as (
      update surefoot.run r set status = 'running', due_ms = null, owner = p_incarnation, token = r.token + 1,
        started_ms = coalesce(r.started_ms, p_now_ms),
        version = coalesce(p_versions[array_position(p_functions, r.function_id)], r.version),
        saved_by = p_incarnation, saved_token = r.token + 1, save_id = 0
      from d where r.position = d.position
    )
    select ${run.join(", ")}, ${EVENT_CELLS}, case when d.token > 0 or d.replay_of is not null then ${HISTORY} end
    from d join surefoot.event e on e.id = d.event_id order by d.due_ms, d.position`;
}

/** The columns that `claim_1` gives. */
const CLAIMED = `"position" bigint, id text, function_id text, event_id text, status text, due_ms float8, owner text, token bigint,
  created_ms float8, started_ms float8, ended_ms float8, output text, error text, note text, left_by text, is_cancel_requested boolean,
  is_pause_requested boolean, deaths int, version text, replay_of text, format int, of_id text, of_name text, of_data text, of_user text, of_context text,
  of_ts float8, of_version text, of_trace text, of_accepted_ms float8, of_due_ms float8, of_format int, history text`;

/** The two kinds of rows that `look_1` gives: a run that was claimed, and at the end what was seen. */
const NOTHING_CLAIMED = CLAIMED.split(",")
  .map((column) => `null::${column.trim().split(" ").at(-1)!}`)
  .join(", ");
const NOTHING_SEEN =
  "null::boolean, null::float8, null::text, null::boolean, null::boolean, null::boolean, null::boolean, null::float8";

const LOOK_PARAMETERS = `p_incarnation text, p_functions text[], p_versions text[], p_is_idle boolean, p_limit bigint, p_now_ms float8,
  p_at_work int[], p_last_turns bigint[], p_is_beating boolean`;
const SEEN = `${CLAIMED}, is_alive boolean, next_due_ms float8, workers text, has_requests boolean, has_arrivals boolean,
  has_schedules boolean, has_posted boolean, now_ms float8`;

/** `look_1`: all that a worker asks for at once. `begin_1`: the same, after events were accepted (S2); each row has what came of them. `claim_1`: due runs, with their events and what is recorded of them. Who waits for nobody is given what nobody else is about to have. */
export const CLAIM_FUNCTIONS = `
    create function surefoot.claim_1(
      p_incarnation text, p_functions text[], p_versions text[], p_is_idle boolean, p_limit bigint, p_now_ms float8, p_at_work int[],
      p_last_turns bigint[]
    ) returns table (${CLAIMED}) language plpgsql volatile ${PLANS} as $$
    #variable_conflict use_column
    declare
      v_functions text[]; v_turns int[];
    begin
      if not exists (
        select 1 from unnest(p_functions) as a(id) join surefoot.run r on r.function_id = a.id and r.due_ms <= p_now_ms
      ) then
        return;
      end if;
      perform 1 from surefoot.worker where incarnation = p_incarnation for key share;
      if not found then
        return;
      end if;
      ${LOCK_LIMITS}
      if p_is_idle then
        return query ${claimOf(FIRST_SUSPECT)};
        if found then
          return;
        end if;
      end if;
      ${TURNS} into v_functions, v_turns;
      return query ${claimOf(GIVEN)};
    end $$;

    create function surefoot.next_due_1(p_incarnation text, p_functions text[], p_versions text[], p_is_idle boolean)
    returns float8 language plpgsql stable ${PLANS} as $$
    declare
      v_run_ms float8; v_schedule_ms float8;
    begin
      select min(d.due_ms) into v_run_ms from unnest(p_functions) as a(id) cross join lateral (
        select r.due_ms from surefoot.run r
        where r.function_id = a.id and r.due_ms is not null and (p_is_idle or not (${IS_SUSPECT})) and ${IS_FOR}
        order by r.due_ms, r.position limit 1) d
      where ${hasRoom("a.id")};
      select min(due_ms) into v_schedule_ms from surefoot.schedule where due_ms is not null and function_id = any (p_functions);
      return least(v_run_ms, v_schedule_ms);
    end $$;

    create function surefoot.look_1(${LOOK_PARAMETERS}) returns table (${SEEN}) language plpgsql volatile ${PLANS} as $$
    #variable_conflict use_column
    begin
      if p_is_beating then
        update surefoot.worker set beats = beats + 1 where incarnation = p_incarnation;
      end if;
      if p_limit > 0 then
        return query select c.*, ${NOTHING_SEEN}
        from surefoot.claim_1(p_incarnation, p_functions, p_versions, p_is_idle, p_limit, p_now_ms, p_at_work, p_last_turns) c;
      end if;
      return query select ${NOTHING_CLAIMED},
        exists (select 1 from surefoot.worker w where w.incarnation = p_incarnation),
        surefoot.next_due_1(p_incarnation, p_functions, p_versions, p_is_idle),
        (select json_agg(w)::text from surefoot.worker w),
        exists (select 1 from surefoot.run r where r.owner = p_incarnation and (r.is_cancel_requested or r.is_pause_requested)),
        exists (
          select 1 from surefoot.run r join surefoot.arrival a on a.run = r.id
          where r.owner = p_incarnation and a.due_ms <= p_now_ms and exists (select 1 from surefoot.arrival)),
        exists (select 1 from surefoot.schedule s where s.due_ms <= p_now_ms and s.function_id = any (p_functions)),
        exists (select 1 from surefoot.outbox),
        ${NOW_MS};
    end $$;

    create function surefoot.begin_1(${ACCEPT_PARAMETERS}, ${LOOK_PARAMETERS}) returns table (${SEEN}, letters text, runs text)
    language plpgsql volatile ${PLANS} as $$
    #variable_conflict use_column
    declare
      v_letters text; v_runs text;
    begin
      select a.letters, a.runs into v_letters, v_runs from surefoot.accept_1(${namesOf(ACCEPT_PARAMETERS)}) a;
      if found then
        return query select l.*, v_letters, v_runs from surefoot.look_1(${namesOf(LOOK_PARAMETERS)}) l;
      end if;
    end $$;`;
