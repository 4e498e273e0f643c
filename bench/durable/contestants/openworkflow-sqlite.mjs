// OpenWorkflow on SQLite, synchronous as its file is by default: full.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BackendSqlite } from "openworkflow/sqlite";
import { openWorkflowEngine } from "./openworkflow-engine.mjs";

/** @type {import("../engine.ts").Contestant} */
const open = ({ folder, workload }) => {
  const path = join(folder, "openworkflow.db");
  const backend = BackendSqlite.connect(path);
  const reader = new DatabaseSync(path, { readOnly: true });
  const count = reader.prepare(
    "select count(*) as count from workflow_runs where status in ('completed', 'succeeded')",
  );
  return openWorkflowEngine(backend, async () => count.get().count, workload);
};
export default open;
