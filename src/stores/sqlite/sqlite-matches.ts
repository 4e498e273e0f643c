// The digests of events at the paths that waits ask for, in SQLite: events that came before a wait are found by equality.
//
// Owns: the tables `surefoot_match` and `surefoot_matched`. Does not own: events, waits.
// Called by: sqlite-waits, inside its transactions.
//   X1. An event is digested once for each set of paths that a wait for its name has had since.
import { decodeValue } from "../../core/value-codec.ts";
import { digestAt } from "../../durable/event-match.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

export class SqliteMatches {
  readonly #sql: SqliteConnection;

  constructor(sql: SqliteConnection) {
    this.#sql = sql;
  }

  /** From here on, all events with this name after `since` are found by what stands at these paths. X1 */
  index(event: string, paths: string, since: number): void {
    const known = this.#sql.get(
      "select indexed_from, indexed_to from surefoot_match where event = ? and paths = ?",
      event,
      paths,
    );
    const last = this.#sql.get("select max(position) as position from surefoot_event where name = ?", event)!;
    const to = (last["position"] as number | null) ?? since;
    const knownFrom = (known?.["indexed_from"] as number | undefined) ?? to;
    const knownTo = (known?.["indexed_to"] as number | undefined) ?? to;
    if (since >= knownFrom && to <= knownTo && known !== undefined) return;
    this.#digest(event, paths, since, knownFrom);
    this.#digest(event, paths, knownTo, to);
    this.#sql.run(
      "insert or replace into surefoot_match values (?, ?, ?, ?)",
      event,
      paths,
      Math.min(since, knownFrom),
      Math.max(to, knownTo),
    );
  }

  /** Those after `from`, up to `to`. */
  #digest(event: string, paths: string, from: number, to: number): void {
    const rows = this.#sql.all(
      "select position, data from surefoot_event where name = ? and position > ? and position <= ?",
      event,
      from,
      to,
    );
    for (const row of rows) {
      const digest = digestAt(paths, decodeValue(row["data"] as string));
      if (digest !== undefined)
        this.#sql.run(
          "insert or ignore into surefoot_matched values (?, ?, ?, ?)",
          event,
          paths,
          digest,
          row["position"] as number,
        );
    }
  }
}
