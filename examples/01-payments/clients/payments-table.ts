// The business's own table of payments, in an SQLite file of its own.
import { DatabaseSync } from "node:sqlite";
import type { Charge } from "./provider.ts";

const database = new DatabaseSync("payments.db");
database.exec(`
  pragma busy_timeout = 5000;
  create table if not exists payment (invoice text primary key, charge text not null, amount integer not null)`);
const upsert = database.prepare(`
  insert into payment (invoice, charge, amount) values (?, ?, ?)
  on conflict (invoice) do update set charge = excluded.charge, amount = excluded.amount`);

export const db = {
  payments: {
    upsert({ invoice, id, amount }: Charge): void {
      upsert.run(invoice, id, amount);
    },
  },
};
