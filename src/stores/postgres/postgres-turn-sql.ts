// Which due runs a worker is given, and whose turn it is, as parts of functions in the database. Pure.
//
// As durable/fair-share has it, which cannot be asked there. `p_` are the claimant's.

/** Due runs that a worker may be given. */
export const IS_FOR = `p_incarnation <> all (r.declined_by)
    and (r.version is null or r.version = p_versions[array_position(p_functions, r.function_id)]
      or not exists (select 1 from surefoot.worker_function f where f.function_id = r.function_id and f.version = r.version))`;

/** As `isSuspect` has it. Its index needs the number. */
export const IS_SUSPECT = "r.deaths > 1";

/** How many more runs of a function may have an owner; null: any number. */
function roomOf(functionId: string): string {
  return `(select l.concurrency - (
      select count(*)::int from surefoot.worker w join surefoot.run o on o.owner = w.incarnation and o.function_id = l.function_id)
    from surefoot.function_limit l where l.function_id = ${functionId})`;
}
export function hasRoom(functionId: string): string {
  return `coalesce(${roomOf(functionId)}, 1) > 0`;
}

/**
 * Whoever counts the owned runs of a function with a limit has its row locked until the claim has committed, and each later statement
 * sees what was committed before it: no two count at once. Where nothing is due, nobody waits for anybody.
 */
export const LOCK_LIMITS = `
      perform 1 from surefoot.function_limit l
      where l.function_id = any (p_functions)
        and exists (select 1 from surefoot.run r where r.function_id = l.function_id and r.due_ms <= p_now_ms)
      order by l.function_id for no key update;`;

const IS_DUE = `r.due_ms <= p_now_ms and not (${IS_SUSPECT}) and ${IS_FOR}`;

/** How many runs it comes to of each function, as two lists. Nothing is locked for it: what is given lies behind what others are about to have. */
export const TURNS = `
      with mine as (
        select a.id, a.at_work, a.last_turn, least(${roomOf("a.id")}, p_limit) as room
        from unnest(p_functions, p_at_work, p_last_turns) as a(id, at_work, last_turn)
      ), due as (
        select a.id, a.last_turn, d.due_ms, d.position,
          a.at_work + row_number() over (partition by a.id order by d.due_ms, d.position) as place
        from mine a cross join lateral (
          select r.due_ms, r.position from surefoot.run r where r.function_id = a.id and ${IS_DUE}
          order by r.due_ms, r.position limit greatest(a.room, 0)) d
      ), chosen as (
        select id from due order by place, last_turn, due_ms, position limit p_limit
      )
      select array_agg(id), array_agg(turns) from (select id, count(*)::int as turns from chosen group by id) t`;

/** The runs of those lists, locked. Who waits for nobody is given what nobody else is about to have. */
export const GIVEN = `
      select r.* from unnest(v_functions, v_turns) as t(id, turns) cross join lateral (
        select * from surefoot.run r where r.function_id = t.id and ${IS_DUE}
        order by r.due_ms, r.position limit t.turns for no key update skip locked) r`;

export const FIRST_SUSPECT = `
      select * from surefoot.run r
      where ${IS_SUSPECT} and r.due_ms <= p_now_ms and r.function_id = any (p_functions) and ${IS_FOR} and ${hasRoom("r.function_id")}
      order by r.due_ms, r.position limit 1 for no key update skip locked`;
