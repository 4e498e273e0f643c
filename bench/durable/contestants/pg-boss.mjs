// pg-boss: jobs without steps, in a chain.
import { Pool } from "pg";
import { PgBoss } from "pg-boss";
import { tally } from "../bodies.ts";
import { inParallel } from "../engine.ts";
import { carryOutJob, firstJob } from "./chained-jobs.ts";

const SENDERS = 32;
// It polls, at best twice in a second: what it does in a second is what its workers fetch at each poll. One worker with batches of 100
// does a seventh of what 8 with batches of 250 do.
const WORKERS = 8;
const BATCH = 250;
const POLL_S = 0.5;

/** @type {import("../engine.ts").Contestant} */
const open = ({ postgres: url }) => {
  const boss = new PgBoss({ connectionString: url, max: 20, supervise: false, schedule: false });
  boss.on("error", (error) => console.error(error.message));
  const pool = new Pool({ connectionString: url, max: 1 });
  const send = (job) => boss.send("step", job);
  return {
    prepare: async () => {
      await boss.start();
      await boss.createQueue("step");
    },
    start: async () => {
      const carryOut = (jobs) => Promise.all(jobs.map(({ data }) => carryOutJob(data, send)));
      for (let worker = 0; worker < WORKERS; worker++)
        await boss.work("step", { batchSize: BATCH, pollingIntervalSeconds: POLL_S }, carryOut);
    },
    send: (kind, inputs) => inParallel(inputs, SENDERS, (input) => send(firstJob(kind, input))),
    ask: async (kind, input) => {
      const ended = tally.whenEnded(input.id);
      await send(firstJob(kind, input));
      return ended;
    },
    // Every step of `three` is a job; a run is completed when all of them are.
    completed: async () => {
      const { rows } = await pool.query(
        `select count(*)::int as count from (select data->'input'->>'id' from pgboss.job where state = 'completed' and name = 'step'
          group by 1 having count(*) = 3) as run`,
      );
      return rows[0].count;
    },
    stop: async () => {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
};
export default open;
