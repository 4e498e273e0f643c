// Two ways to bring a floor's rows to Postgres: a statement for each, and one for all that wait, on two lanes.
import { Client, Pool } from "pg";

const LANES = 2;
const CONNECTIONS = 10;
const CHANNEL = "floor";

const TABLES = `
  create table if not exists run (id text primary key, kind text, status int, input text, value text, due bigint);
  create index if not exists run_due on run (due) where status = 0;
  create table if not exists step (run text, name text, value text, primary key (run, name))`;

const EACH = {
  insert: `with added as (insert into run values ($1, $2, 0, $3, null, 0)) select pg_notify('${CHANNEL}', '')`,
  step: "insert into step values ($1, $2, $3)",
  done: "update run set value = $2, status = 2 where id = $1",
  sleep: "update run set due = $2, status = 0 where id = $1",
  claim: `update run set status = 1 from (
      select id, due = 0 as fresh from run where status = 0 and due <= $1 order by due limit $2 for update skip locked
    ) as due_run where run.id = due_run.id returning run.id, run.kind, run.input, due_run.fresh`,
  past: "select name, value from step where run = $1",
  count: "select count(*)::int as given from run where status = 2",
  due: "select min(due)::float8 as given from run where status = 0",
  recover: "update run set status = 0, due = 1 where status = 1",
};

const GROUP = `with
    steps as (insert into step select * from unnest($1::text[], $2::text[], $3::text[])),
    ended as (update run set value = one.value, status = 2 from unnest($4::text[], $5::text[]) as one (id, value) where run.id = one.id),
    parked as (update run set due = one.due, status = 0 from unnest($6::text[], $7::bigint[]) as one (id, due) where run.id = one.id),
    added as (insert into run select id, kind, 0, input, null, 0 from unnest($8::text[], $9::text[], $10::text[]) as one (id, kind, input))
  select case when $11 then pg_notify('${CHANNEL}', '') end`;
const GROUPED = /** @type {const} */ (["step", "done", "sleep", "insert"]);
const CELLS = { step: 3, done: 2, sleep: 2, insert: 3 };

/** @param {string} url @returns {import("./operations.ts").FloorJournal} */
export function committingEach(url) {
  const connection = new Connection(url);
  return {
    open: () => connection.open(),
    ask: (operation) => connection.askAlone(operation),
    listen: (heard) => connection.listen(heard),
    close: () => connection.close(),
  };
}

/** @param {string} url @returns {import("./operations.ts").FloorJournal} */
export function committingGroups(url) {
  const connection = new Connection(url);
  let waiting = [];
  let lanesInUse = 0;
  const flush = async () => {
    if (waiting.length === 0 || lanesInUse === LANES) return;
    const all = waiting;
    waiting = [];
    lanesInUse++;
    try {
      await connection.query("group", GROUP, cellsOf(all.map(({ operation }) => operation)));
      for (const { resolve } of all) resolve(undefined);
    } catch (error) {
      for (const { reject } of all) reject(error);
    } finally {
      lanesInUse--;
      setImmediate(() => void flush());
    }
  };
  return {
    open: () => connection.open(),
    ask: (operation) =>
      GROUPED.includes(operation[0])
        ? new Promise((resolve, reject) => {
            if (waiting.push({ operation, resolve, reject }) === 1) setImmediate(() => void flush());
          })
        : connection.askAlone(operation),
    listen: (heard) => connection.listen(heard),
    close: () => connection.close(),
  };
}

/** The arrays of one statement: a column each. */
function cellsOf(operations) {
  const columns = GROUPED.flatMap((name) => {
    const own = operations.filter(([one]) => one === name);
    return Array.from({ length: CELLS[name] }, (_, index) => own.map((operation) => operation[index + 1]));
  });
  return [...columns, operations.some(([name]) => name === "insert")];
}

class Connection {
  #pool;
  #listener;

  constructor(url) {
    this.#pool = new Pool({ connectionString: url, max: CONNECTIONS });
    this.#listener = new Client({ connectionString: url });
  }
  async open() {
    await this.#pool.query(TABLES);
    await this.#listener.connect();
  }
  async listen(heard) {
    this.#listener.on("notification", heard);
    await this.#listener.query(`listen ${CHANNEL}`);
  }
  async close() {
    await Promise.all([this.#listener.end(), this.#pool.end()]);
  }
  query(name, text, values) {
    return this.#pool.query({ name, text, values });
  }
  async askAlone([name, ...values]) {
    const { rows } = await this.query(name, EACH[name], values);
    if (name === "claim") return rows;
    return name === "past" ? rows.map((row) => [row.name, row.value]) : rows[0]?.given;
  }
}
