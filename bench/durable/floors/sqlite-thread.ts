// The thread that commits for a floor: one message, one transaction.
import { parentPort, workerData } from "node:worker_threads";
import type { Operation } from "./operations.ts";
import { SqliteTables } from "./sqlite-tables.ts";

const tables = new SqliteTables(workerData as string);
parentPort!.on("message", (operations: readonly Operation[]) => {
  parentPort!.postMessage(tables.perform(operations), []);
});
