// DBOS: its queue where a backlog is drained, workflows started directly where one waits for the result: its queue is polled, at best
// once in a second by default, and starting directly is its fast way.
import { DBOS, DBOSClient } from "@dbos-inc/dbos-sdk";
import { Pool } from "pg";
import { KINDS, carryOutBody } from "../bodies.ts";
import { inParallel } from "../engine.ts";

const SENDERS = 32;
// Settings: pool 20, the queue without a limit, its polls as they are by default.
const CONFIG = {
  name: "bench",
  systemDatabasePoolSize: 20,
  logLevel: "error",
  executorID: "local",
  applicationVersion: "1",
};

/** @type {import("../engine.ts").Contestant} */
const open = ({ postgres: url, isRestart }) => {
  const workflows = Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      DBOS.registerWorkflow(
        (input) =>
          carryOutBody(
            kind,
            input,
            (name, act) => DBOS.runStep(act, { name }),
            (untilMs) => DBOS.sleepms(Math.max(0, untilMs - Date.now())),
          ),
        { name: kind },
      ),
    ]),
  );
  const pool = new Pool({ connectionString: url, max: 1 });
  let client;
  return {
    prepare: async () => {
      DBOS.setConfig({ ...CONFIG, systemDatabaseUrl: url });
      if (isRestart) return;
      await DBOS.launch();
      await DBOS.registerQueue("queue", {});
      await DBOS.shutdown();
      client = await DBOSClient.create({ systemDatabaseUrl: url });
    },
    start: async () => {
      await DBOS.launch();
      await DBOS.registerQueue("queue", {});
    },
    send: (kind, inputs) =>
      inParallel(inputs, SENDERS, (input) =>
        client.enqueue({ workflowName: kind, queueName: "queue", appVersion: "1" }, input),
      ),
    ask: async (kind, input) => (await DBOS.startWorkflow(workflows[kind])(input)).getResult(),
    completed: async () => {
      const { rows } = await pool.query(
        "select count(*)::int as count from dbos.workflow_status where status = 'SUCCESS'",
      );
      return rows[0].count;
    },
    stop: async () => {
      await client?.destroy();
      await DBOS.shutdown();
      await pool.end();
    },
  };
};
export default open;
