// How events are accepted, and what they start, as functions in the database. Pure.
//
//   S1. A sender locks the names of its events against those who begin to wait for one. What it reads then holds until it has committed.
//   S2. Who listens to a name, and what of its events is asked for, is counted (`audience`). A sender that counted otherwise is told, and
//       nothing is written.
import { PLANS } from "./postgres-sql.ts";

/** Two names may share a lock: then one waits for the other for a moment. */
const LOCK = `
    create function surefoot.lock_of(p_name text) returns bigint language sql immutable parallel safe as $$
      select hashtextextended(p_name, hashtextextended(':schema', 0))
    $$;`;

export const ACCEPT_PARAMETERS = `p_audience bigint, p_names text[], p_is_targeted boolean,
  e_id text[], e_name text[], e_data text[], e_user text[], e_context text[], e_ts float8[], e_version text[], e_trace text[],
  e_accepted_ms float8[], e_due_ms float8[], e_format int[],
  r_place int[], r_event text[], r_function text[], r_id text[], r_format int,
  d_event text[], d_paths text[], d_digest text[], p_own text[]`;

/** A function's parameters, as it hands them on. */
export function namesOf(parameters: string): string {
  return parameters
    .split(",")
    .map((parameter) => parameter.trim().split(" ")[0]!)
    .join(", ");
}

/**
 * `accept_1`: gives a letter an event (`a`ccepted, `d`uplicate, `c`onflict) and the runs of those that are not new, as a JSON list; null
 * where the sender counted otherwise (S2). `ask_1`: from here on, senders digest events of this name at these paths.
 */
const EVENT = `id, name, data, "user", context, ts, version, trace, accepted_ms, due_ms, format`;
export const ACCEPT_FUNCTIONS = `
    ${LOCK}

    create function surefoot.accept_1(${ACCEPT_PARAMETERS}) returns table (letters text, runs text) language plpgsql volatile ${PLANS} as $$
    declare
      v_lock bigint; v_new text[]; v_letters text; v_runs text; v_starts int[]; v_is_news boolean; v_are_all_new boolean;
    begin
      for v_lock in select distinct surefoot.lock_of(name) from unnest(p_names) as name order by 1 loop
        perform pg_advisory_xact_lock_shared(v_lock);
      end loop;
      if p_audience <> (select value from surefoot.meta where key = 'audience') then
        return;
      end if;
      with kept as (
        insert into surefoot.event (${EVENT})
        select ${EVENT} from unnest(e_id, e_name, e_data, e_user, e_context, e_ts, e_version, e_trace, e_accepted_ms, e_due_ms, e_format)
          as e(${EVENT})
        on conflict (id) do nothing returning id)
      select coalesce(array_agg(id), '{}') into v_new from kept;

      v_are_all_new := cardinality(v_new) = cardinality(e_id);
      if v_are_all_new then
        v_letters := repeat('a', cardinality(e_id));
      else
        select string_agg(e.letter, '' order by e.place), array_agg(e.place) filter (where e.letter = 'a' or (e.letter = 'd' and p_is_targeted))
        into v_letters, v_starts
        from (
          select g.place::int, case
              when g.id = any (v_new) and g.place = array_position(e_id, g.id) then 'a'
              when k.name = g.name and k.data = g.data then 'd' else 'c' end as letter
          from unnest(e_id, e_name, e_data) with ordinality as g(id, name, data, place) join surefoot.event k on k.id = g.id) e;
      end if;

      insert into surefoot.run (id, function_id, event_id, since, status, due_ms, created_ms, format)
      select s.id, s.function_id, s.event_id, e.position, 'queued', e.due_ms, e.accepted_ms, r_format
      from unnest(r_place, r_event, r_function, r_id) as s(place, event_id, function_id, id) join surefoot.event e on e.id = s.event_id
      where v_are_all_new or s.place = any (v_starts)
      on conflict (event_id, function_id) where replay_of is null do nothing;

      v_is_news := found;
      if cardinality(d_event) > 0 and cardinality(v_new) > 0 then
        v_is_news := surefoot.came_1(v_new, d_event, d_paths, d_digest) or v_is_news;
      end if;
      if v_is_news then
        perform surefoot.tell_1(p_own);
      end if;

      if not v_are_all_new then
        select json_agg(json_build_array(g.place, r.id, r.function_id))::text into v_runs
        from unnest(e_id) with ordinality as g(id, place) join surefoot.run r on r.event_id = g.id and r.replay_of is null;
      end if;
      return query select v_letters, v_runs;
    end $$;

    create function surefoot.ask_1(p_event text, p_paths text) returns bigint language plpgsql volatile ${PLANS} as $$
    declare
      v_since bigint;
    begin
      perform pg_advisory_xact_lock(surefoot.lock_of(p_event));
      insert into surefoot.asked
      select p_event, p_paths, coalesce((select max(position) from surefoot.event where name = p_event), 0)
      on conflict do nothing;
      if found then
        update surefoot.meta set value = value + 1 where key = 'audience';
      end if;
      select digested_since into v_since from surefoot.asked where event = p_event and paths = p_paths;
      return v_since;
    end $$;

    create function surefoot.came_1(p_new text[], d_event text[], d_paths text[], d_digest text[]) returns boolean
    language plpgsql volatile ${PLANS} as $$
    begin
      insert into surefoot.matched
      select e.name, d.paths, d.digest, e.position from unnest(d_event, d_paths, d_digest) as d(event, paths, digest)
      join surefoot.event e on e.id = d.event where d.paths <> '' and d.event = any (p_new)
      on conflict do nothing;
      insert into surefoot.arrival
      select w.run, w.key, e.id, e.due_ms, e.position from unnest(d_event, d_paths, d_digest) as d(event, paths, digest)
      join surefoot.event e on e.id = d.event
      join surefoot.wait w on w.event = e.name and w.paths = d.paths and w.digest = d.digest
      where d.event = any (p_new) and (w.deadline_ms is null or w.deadline_ms >= e.due_ms)
      on conflict do nothing;
      if not found then
        return false;
      end if;
      perform surefoot.wake_1(p_new);
      return true;
    end $$;`;
