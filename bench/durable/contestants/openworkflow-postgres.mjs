// OpenWorkflow on Postgres.
import { Pool } from "pg";
import { BackendPostgres } from "openworkflow/postgres";
import { openWorkflowEngine } from "./openworkflow-engine.mjs";

/** @type {import("../engine.ts").Contestant} */
const open = async ({ postgres: url, workload }) => {
  const backend = await BackendPostgres.connect(url);
  const pool = new Pool({ connectionString: url, max: 1 });
  const completed = async () => {
    const sql =
      "select count(*)::int as count from openworkflow.workflow_runs where status in ('completed', 'succeeded')";
    const { rows } = await pool.query(sql);
    return rows[0].count;
  };
  const engine = openWorkflowEngine(backend, completed, workload);
  return {
    ...engine,
    stop: async () => {
      await engine.stop();
      await pool.end();
    },
  };
};
export default open;
