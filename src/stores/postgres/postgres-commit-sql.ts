// What owners write, as functions in the database: one statement a batch, planned once a connection. Pure.
//
//   L1. Locks are taken in one order by everybody: names of events, the worker, runs by their ids. Whoever waits holds no later one.
//   L2. A worker that is gone takes its row with it: who has the row has not been buried, and nobody else frees its runs meanwhile.
//   L3. What was checked under a lock is read by a later statement than the one that took it: that one sees what was waited for.
import { PLANS } from "./postgres-sql.ts";

/** The columns of a step's record, in the order of the arrays that carry them. */
export const STEP_CELLS: readonly (readonly [column: string, type: string])[] = [
  ["key", "text"],
  ["state", "text"],
  ["kind", "text"],
  ["number", "text"],
  ["name", "text"],
  ["sequence", "int"],
  ["status", "text"],
  ["attempts", "int"],
  ["due_ms", "float8"],
  ["started_ms", "float8"],
  ["ended_ms", "float8"],
  ["value", "text"],
  ["refs", "text"],
  ["error", "text"],
  ["steps", "int"],
  ["digest", "text"],
  ["wait", "text"],
  ["source", "text"],
  ["notes", "text"],
  ["format", "int"],
];
const COLUMNS = STEP_CELLS.map(([column]) => column);
const STORED = [...COLUMNS, "token", "save_id", "is_progress"];

const REPLACE = `on conflict (run, key) do update set
  ${STORED.filter((column) => column !== "is_progress")
    .map((column) => `${column} = excluded.${column}`)
    .join(", ")},
  is_progress = excluded.is_progress or (step.is_progress and step.token = excluded.token)`;

/**
 * `commit_1`: the plain writes of a batch as arrays, all of them or none, and the others one by one. Gives a letter a write, plain ones
 * first; null where a plain write may not be made, and then nothing was written; `!` and a list of what is to be digested first.
 */
const COMMIT = `
    create function surefoot.commit_1(
      p_incarnation text, p_names text[], p_lock text[], p_ended text[], m_runs text[], m_events text[], m_paths text[], p_careful jsonb,
      p_runs text[], p_tokens bigint[], s_run text[], s_token bigint[], s_save_id bigint[], s_is_progress boolean[], s_before text[], ${STEP_CELLS.map(([column, type]) => `s_${column} ${type}[]`).join(", ")},
      e_run text[], e_save_id bigint[], e_status text[], e_output text[], e_error text[], e_ended_ms float8[],
      l_run text[], l_save_id bigint[], l_status text[], l_due_ms float8[]
    ) returns text language plpgsql volatile ${PLANS} as $$
    declare
      v_lock bigint; v_missing text; v_letters text; v_letter text; v_refused text[] := '{}'; v_write jsonb;
      v_is_news boolean := 'queued' = any (l_status);
    begin
      if cardinality(p_names) > 0 then
        for v_lock in select distinct surefoot.lock_of(name) from unnest(p_names) as name order by 1 loop
          perform pg_advisory_xact_lock(v_lock);
        end loop;
      end if;
      perform 1 from surefoot.worker where incarnation = p_incarnation for key share;
      if not found then
        return repeat('r', cardinality(p_runs) + jsonb_array_length(p_careful));
      end if;
      if cardinality(p_ended) > 0 then
        perform surefoot.lock_1(p_lock, p_ended);
      else
        perform 1 from surefoot.run where id = any (p_lock) order by id for no key update;
      end if;

      if cardinality(m_runs) > 0 then
        select json_agg(json_build_array(m.event, m.paths, r.since))::text into v_missing
        from unnest(m_runs, m_events, m_paths) as m(run, event, paths) join surefoot.run r on r.id = m.run
        where not exists (
          select 1 from surefoot.asked a
          where a.event = m.event and a.paths = m.paths and (a.paths = '' or a.digested_since <= r.since));
        if v_missing is not null then
          return '!' || v_missing;
        end if;
      end if;

      if cardinality(p_runs) > 0 then
        if exists (
          select 1 from unnest(p_runs, p_tokens) as p(run, token) left join surefoot.run r on r.id = p.run
          where r.owner is distinct from p_incarnation or r.token <> p.token)
        then
          return null;
        end if;
        if cardinality(s_run) > 0 then
          if exists (
            select 1 from unnest(s_run, s_key, s_before) as s(run, key, before) join surefoot.step k on k.run = s.run and k.key = s.key
            where position(',' || k.state || ',' in s.before) = 0)
          then
            return null;
          end if;
        end if;
        if cardinality(e_run) > 0 then
          if exists (
            select 1 from unnest(e_run, e_status) as e(run, status) join surefoot.run r on r.id = e.run
            where r.is_cancel_requested and e.status <> 'cancelled')
          then
            return null;
          end if;
        end if;
        if cardinality(l_run) > 0 then
          if exists (
            select 1 from unnest(l_run) as l(run) join surefoot.run r on r.id = l.run
            where r.is_cancel_requested or r.is_pause_requested or exists (select 1 from surefoot.wait w where w.run = r.id))
          then
            return null;
          end if;
        end if;
        if cardinality(s_run) > 0 then
          insert into surefoot.step (run, ${STORED.join(", ")})
          select * from unnest(s_run, ${STORED.map((column) => `s_${column}`).join(", ")}) ${REPLACE};
        end if;
        if cardinality(l_run) > 0 then
          update surefoot.run r set owner = null, deaths = 0, status = l.status, due_ms = l.due_ms, save_id = l.save_id
          from unnest(l_run, l_save_id, l_status, l_due_ms) as l(run, save_id, status, due_ms) where r.id = l.run;
        end if;
        if cardinality(e_run) > 0 then
          update surefoot.run r set owner = null, status = e.status, output = e.output, error = e.error, ended_ms = e.ended_ms,
            save_id = e.save_id
          from unnest(e_run, e_save_id, e_status, e_output, e_error, e_ended_ms) as e(run, save_id, status, output, error, ended_ms)
          where r.id = e.run;
          v_is_news := surefoot.ended_1(e_run);
        end if;
      end if;

      v_letters := repeat('k', cardinality(p_runs));
      if jsonb_array_length(p_careful) = 0 then
        if v_is_news then
          perform surefoot.tell_1(array[p_incarnation]);
        end if;
        return v_letters;
      end if;
      for v_write in select value from jsonb_array_elements(p_careful) loop
        if v_write->>'run' = any (v_refused) then
          v_letter := 'r';
        else
          v_letter := surefoot.write_1(p_incarnation, v_write);
          if v_letter = 'r' then
            v_refused := v_refused || (v_write->>'run');
          end if;
        end if;
        v_letters := v_letters || v_letter;
        v_is_news := v_is_news or (v_letter = 'k' and v_write->'change'->>'kind' in ('end', 'suspend', 'pause'));
      end loop;
      if v_is_news then
        perform surefoot.tell_1(array[p_incarnation]);
      end if;
      return v_letters;
    end $$;`;

const CELLS = STEP_CELLS.map(([column, type]) => `${column} ${type}`).join(", ");
const MARKS =
  "before text, is_progress boolean, is_of_wait boolean, closes boolean, event text, paths text, match text, target text";
/** `write_1`: one write, with all that it may be refused for. One that is made again after its answer was lost is kept again. */
const WRITE = `
    create function surefoot.write_1(p_incarnation text, p_write jsonb) returns text language plpgsql volatile ${PLANS} as $$
    declare
      v_run surefoot.run%rowtype; v_id text := p_write->>'run'; v_token bigint := (p_write->>'token')::bigint;
      v_save_id bigint := (p_write->>'save')::bigint; v_again boolean := (p_write->>'again')::boolean; v_change jsonb := p_write->'change'; v_step record; v_known record;
    begin
      select * into v_run from surefoot.run where id = v_id;
      if not found then
        return 'r';
      end if;
      if v_run.owner is distinct from p_incarnation or v_run.token <> v_token then
        return case when v_again and v_run.saved_by = p_incarnation and v_run.saved_token = v_token and v_run.save_id >= v_save_id then 'k' else 'r' end;
      end if;
      if v_change->>'kind' = 'end' and v_change->>'status' <> 'cancelled' and v_run.is_cancel_requested then
        return 'c';
      end if;
      for v_step in select * from jsonb_to_recordset(p_write->'records') as s(${CELLS}, ${MARKS}) loop
        select state, token, save_id into v_known from surefoot.step where run = v_id and key = v_step.key;
        if found and position(',' || v_known.state || ',' in v_step.before) = 0 then
          return case when v_again and v_known.token = v_token and v_known.save_id >= v_save_id then 'k' else 'r' end;
        end if;
      end loop;
      if exists (
        select 1 from jsonb_to_recordset(p_write->'records') as s(key text, closes boolean)
        join surefoot.arrival a on a.run = v_id and a.key = s.key where s.closes)
      then
        return 'a';
      end if;
      for v_step in select * from jsonb_to_recordset(p_write->'records') as s(${CELLS}, ${MARKS}) loop
        insert into surefoot.step (run, ${STORED.join(", ")})
        values (v_id, ${COLUMNS.map((column) => `v_step.${column}`).join(", ")}, v_token, v_save_id, v_step.is_progress) ${REPLACE};
        if v_step.event is not null or v_step.target is not null then
          perform surefoot.register_1(v_run.id, v_run.since, v_step.key, v_step.event, v_step.paths, v_step.match, v_step.target, v_step.due_ms);
        elsif v_step.is_of_wait then
          delete from surefoot.wait where run = v_id and key = v_step.key;
          delete from surefoot.arrival where run = v_id and key = v_step.key;
        end if;
      end loop;
      update surefoot.run set save_id = v_save_id where id = v_id;
      perform surefoot.change_1(p_incarnation, v_run, v_change);
      return 'k';
    end $$;`;

const HAS_TAKER = `exists (select 1 from surefoot.worker_function f where f.function_id = r.function_id and f.incarnation <> all (r.declined_by))`;
/** `change_1`: how a run itself changes with a write. */
const CHANGE = `
    create function surefoot.change_1(p_incarnation text, p_run surefoot.run, p_change jsonb) returns void language plpgsql volatile ${PLANS} as $$
    begin
      case p_change->>'kind'
      when 'suspend' then
        update surefoot.run set owner = null, deaths = 0, status = p_change->>'status', due_ms = (p_change->>'due')::float8 where id = p_run.id;
        perform surefoot.left_1(p_run.id, array(select jsonb_array_elements_text(p_change->'waits')));
      when 'pause' then
        update surefoot.run set declined_by = declined_by || p_incarnation where id = p_run.id;
        update surefoot.run r set owner = null, note = p_change->>'note', status = case when ${HAS_TAKER} then 'queued' else 'paused' end,
          due_ms = case when ${HAS_TAKER} then (p_change->>'at')::float8 end
        where id = p_run.id;
      when 'acknowledge' then
        update surefoot.run set left_by = '[]' where id = p_run.id;
      when 'end' then
        update surefoot.run set owner = null, status = p_change->>'status', output = p_change->>'output', error = p_change->>'error',
          ended_ms = (p_change->>'at')::float8
        where id = p_run.id;
        perform surefoot.ended_1(array[p_run.id]);
      else
      end case;
      if p_change->>'kind' in ('suspend', 'pause') and (p_run.is_cancel_requested or p_run.is_pause_requested) then
        update surefoot.run set status = case when is_cancel_requested then 'queued' else 'paused' end,
          due_ms = case when is_cancel_requested then 0 end, declined_by = '{}'
        where id = p_run.id;
      end if;
    end $$;`;

/** All of them, in the order in which they can be made. */
export const COMMIT_FUNCTIONS: readonly string[] = [CHANGE, WRITE, COMMIT];
