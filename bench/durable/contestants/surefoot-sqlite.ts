// surefoot on SQLite, with the durability that it has by default: a commit is on the disk.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqlite } from "../../../dist/sqlite.js";
import type { Contestant } from "../engine.ts";
import { surefootEngine } from "./surefoot-engine.ts";

const open: Contestant = ({ folder }) => {
  const path = join(folder, "surefoot.db");
  let reader: DatabaseSync | undefined;
  return surefootEngine(sqlite(path), {
    prepare: async () => {},
    completed: async () => {
      reader ??= new DatabaseSync(path, { readOnly: true });
      const row = reader.prepare("select count(*) as count from surefoot_run where status = 'completed'").get();
      return Number(row!["count"]);
    },
    stop: async () => reader?.close(),
  });
};
export default open;
