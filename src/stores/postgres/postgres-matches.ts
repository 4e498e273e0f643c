// The digests of events at the paths that waits ask for: events that came before a wait are found by equality.
//
// Owns: the tables `asked` and `matched`, together with what senders add (postgres-events). Does not own: events, waits.
// Called by: postgres-writes, when a wait asks for what nobody has asked for, or for older events than anybody.
//   X1. From the moment at which paths are asked for, senders digest their events; what came before is digested here, once.
import { decodeValue } from "../../core/value-codec.ts";
import { digestAt } from "../../durable/event-match.ts";
import type { PostgresSession } from "./postgres-connection.ts";
import { arrayText, fromText } from "./postgres-text.ts";

const PAGE = 500;

export class PostgresMatches {
  readonly #surefoot: string;

  constructor(surefoot: string) {
    this.#surefoot = surefoot;
  }

  /** What `commit_1` misses: the name, the paths, and the position since which all events are to be found. X1 */
  async digest(statements: PostgresSession, missing: string): Promise<void> {
    for (const [event, paths, since] of JSON.parse(missing) as readonly (readonly [string, string, number])[])
      await this.#digest(statements, fromText(event), fromText(paths), since);
  }

  async #digest(statements: PostgresSession, event: string, paths: string, since: number): Promise<void> {
    const [asked] = await statements.rows(`select ${this.#surefoot}.ask_1($1, $2) as since`, event, paths);
    if (paths === "") return;
    for (let to = asked!["since"] as number; to > since;) {
      const rows = await statements.rows(
        `select position, data from ${this.#surefoot}.event where name = $1 and position > $2 and position <= $3 order by position desc limit ${PAGE}`,
        event,
        since,
        to,
      );
      const found = rows.flatMap((row) => {
        const digest = digestAt(paths, decodeValue(row["data"] as string));
        return digest === undefined ? [] : [{ digest, position: row["position"] as number }];
      });
      to = rows.length < PAGE ? since : (rows.at(-1)!["position"] as number) - 1;
      await statements.run(
        `with kept as (
           insert into ${this.#surefoot}.matched select $1, $2, * from unnest($3::text[], $4::bigint[]) on conflict do nothing)
         update ${this.#surefoot}.asked set digested_since = least(digested_since, $5) where event = $1 and paths = $2`,
        event,
        paths,
        arrayText(found.map(({ digest }) => digest)),
        arrayText(found.map(({ position }) => position)),
        to,
      );
    }
  }
}
