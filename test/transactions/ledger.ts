// An app on a SQLite file with a table of its own, where tests see what transactions did; and a store that can be given troubles.
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { TransactionEnd } from "../../src/durable/store.ts";
import { createApp } from "../../src/index.ts";
import type { SqliteTransaction } from "../../src/sqlite.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";

type Trouble = "the answer is lost" | "it could not begin";

class TroubledStore extends SqliteStore {
  /** One a transaction. */
  readonly troubles: Trouble[] = [];
  /** Called when a transaction is asked for. */
  onTransact: (() => unknown) | undefined;

  override async transact(asked: Parameters<SqliteStore["transact"]>[0]): Promise<TransactionEnd> {
    await this.onTransact?.();
    const trouble = this.troubles.shift();
    if (trouble === "it could not begin") throw new Error("the store was away");
    const end = await super.transact(asked);
    if (trouble === "the answer is lost") throw new Error("the answer was lost");
    return end;
  }
}

export class Ledger {
  readonly #folder = mkdtempSync(join(tmpdir(), "surefoot-ledger-"));
  readonly path = join(this.#folder, "app.db");
  readonly own = new DatabaseSync(this.path, { timeout: 1_000 });
  readonly store = new TroubledStore({ path: this.path });
  readonly app = createApp({
    name: "ledger",
    store: durableStore<SqliteTransaction>(this.store),
    observers: [],
    retries: { retries: 2, initial: 1, jitter: false },
  });

  constructor() {
    this.own.exec("pragma journal_mode = wal; create table booking (what text not null)");
  }

  get bookings(): readonly unknown[] {
    return this.own
      .prepare("select what from booking order by rowid")
      .all()
      .map(({ what }) => what);
  }
  async remove(): Promise<void> {
    await this.app.stop();
    this.own.close();
    rmSync(this.#folder, { recursive: true });
  }
}

export function book(tx: SqliteTransaction, what: string): string {
  tx.run("insert into booking values (?)", what);
  return what;
}
