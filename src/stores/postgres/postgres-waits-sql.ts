// Waits, and what comes for them, as functions in the database. Pure.
import { CANCEL_ON_KEY } from "../../durable/journal.ts";
import { PLANS } from "./postgres-sql.ts";

/** A run that has left memory, and may be woken. */
const WAKEABLE = "r.owner is null and r.status in ('queued', 'sleeping', 'waiting', 'retrying')";

/**
 * `lock_1`: runs, with those that will be woken when some of them end. `register_1`, `left_1`, `ended_1` and `wake_1`: waits, and what
 * comes for them; `ended_1` says whether something waited. `tell_1`: others may have something to do, if there are any.
 */
export const WAIT_FUNCTIONS = `
    create function surefoot.lock_1(p_runs text[], p_ended text[]) returns void language plpgsql volatile ${PLANS} as $$
    declare
      v_waiters text[];
    begin
      if cardinality(p_ended) > 0 then
        select array_agg(w.run) into v_waiters from surefoot.wait w where w.target = any (p_ended);
      end if;
      perform 1 from surefoot.run where id = any (p_runs || v_waiters) order by id for no key update;
    end $$;

    create function surefoot.register_1(
      p_run text, p_since bigint, p_key text, p_event text, p_paths text, p_digest text, p_target text, p_deadline_ms float8
    ) returns void language plpgsql volatile ${PLANS} as $$
    begin
      insert into surefoot.wait as w (run, key, event, paths, digest, target, deadline_ms)
      values (p_run, p_key, p_event, p_paths, p_digest, p_target, p_deadline_ms)
      on conflict (run, key) do update set event = excluded.event, paths = excluded.paths, digest = excluded.digest, target = excluded.target,
        deadline_ms = excluded.deadline_ms, is_awaited = true;
      if p_target is not null then
        insert into surefoot.arrival select p_run, p_key, id, ended_ms, 0 from surefoot.run where id = p_target and ended_ms is not null
        on conflict do nothing;
      elsif p_paths = '' then
        insert into surefoot.arrival
        select p_run, p_key, e.id, e.due_ms, e.position from surefoot.event e
        where e.name = p_event and e.position > p_since and (p_deadline_ms is null or e.due_ms <= p_deadline_ms)
          and not exists (select 1 from surefoot.step s where s.run = p_run and s.source = e.id)
        on conflict do nothing;
      else
        insert into surefoot.arrival
        select p_run, p_key, e.id, e.due_ms, e.position from surefoot.matched m join surefoot.event e on e.position = m.position
        where m.event = p_event and m.paths = p_paths and m.digest = p_digest and m.position > p_since
          and (p_deadline_ms is null or e.due_ms <= p_deadline_ms)
          and not exists (select 1 from surefoot.step s where s.run = p_run and s.source = e.id)
        on conflict do nothing;
      end if;
    end $$;

    create function surefoot.left_1(p_run text, p_keys text[]) returns void language plpgsql volatile ${PLANS} as $$
    begin
      update surefoot.wait set is_awaited = key = any (p_keys) or starts_with(key, '${CANCEL_ON_KEY}') where run = p_run;
      if found then
        update surefoot.run r set due_ms = least(r.due_ms, (
          select min(a.due_ms) from surefoot.arrival a join surefoot.wait w on w.run = a.run and w.key = a.key
          where a.run = p_run and w.is_awaited))
        where r.id = p_run;
      end if;
    end $$;

    create function surefoot.wake_1(p_sources text[]) returns void language plpgsql volatile ${PLANS} as $$
    begin
      perform 1 from surefoot.run where id = any (array(select distinct a.run from surefoot.arrival a where a.source = any (p_sources)))
      order by id for no key update;
      update surefoot.run r set due_ms = least(r.due_ms, c.due_ms)
      from (
        select a.run, min(a.due_ms) as due_ms from surefoot.arrival a join surefoot.wait w on w.run = a.run and w.key = a.key
        where a.source = any (p_sources) and w.is_awaited group by a.run) c
      where r.id = c.run and ${WAKEABLE};
    end $$;

    create function surefoot.ended_1(p_runs text[]) returns boolean language plpgsql volatile ${PLANS} as $$
    begin
      delete from surefoot.wait where run = any (p_runs);
      delete from surefoot.arrival where run = any (p_runs);
      insert into surefoot.arrival
      select w.run, w.key, w.target, r.ended_ms, 0 from surefoot.wait w join surefoot.run r on r.id = w.target where w.target = any (p_runs)
      on conflict do nothing;
      if not found then
        return false;
      end if;
      perform surefoot.wake_1(p_runs);
      return true;
    end $$;

    create function surefoot.tell_1(p_own text[]) returns void language plpgsql volatile ${PLANS} as $$
    begin
      if exists (select 1 from surefoot.worker where incarnation <> all (p_own)) then
        perform pg_notify(':channel', '');
      end if;
    end $$;`;
