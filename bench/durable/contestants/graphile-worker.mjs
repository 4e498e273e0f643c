// graphile-worker: jobs without steps, in a chain.
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { Pool } from "pg";
import { tally } from "../bodies.ts";
import { inParallel } from "../engine.ts";
import { carryOutJob, firstJob } from "./chained-jobs.ts";

const SENDERS = 32;
const CONNECTIONS = 20;
const CONCURRENCY = 20;

/** @type {import("../engine.ts").Contestant} */
const open = ({ postgres: url }) => {
  const pgPool = new Pool({ connectionString: url, max: CONNECTIONS });
  const logger = new Logger(() => () => {});
  const taskList = { step: (job, { addJob }) => carryOutJob(job, (next) => addJob("step", next)) };
  let utils;
  let runner;
  let sent = 0;
  const send = (kind, input) => {
    sent++;
    return utils.addJob("step", firstJob(kind, input));
  };
  return {
    prepare: async () => {
      utils = await makeWorkerUtils({ pgPool, logger });
      await utils.migrate();
    },
    start: async () => {
      runner = await run({ pgPool, concurrency: CONCURRENCY, taskList, noHandleSignals: true, logger });
    },
    send: (kind, inputs) => inParallel(inputs, SENDERS, (input) => send(kind, input)),
    ask: async (kind, input) => {
      const ended = tally.whenEnded(input.id);
      await send(kind, input);
      return ended;
    },
    // A job that is done is deleted: what has no job left is completed.
    completed: async () => {
      const { rows } = await pgPool.query(
        "select count(distinct payload->'input'->>'id')::int as count from graphile_worker._private_jobs",
      );
      return sent - rows[0].count;
    },
    stop: async () => {
      await runner?.stop();
      await utils.release();
      await pgPool.end();
    },
  };
};
export default open;
