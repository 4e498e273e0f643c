// Events and what they start, as one statement a batch.
//
// Owns: what this process knows of who listens to which event, and of what is asked for. Does not own: either (S2 in postgres-accept-sql).
// Called by: postgres-store.
//   E1. What is known here may be old: the statement that relies on it says so, and writes nothing then.
import { CODEC_VERSION, decodeValue } from "../../core/value-codec.ts";
import { digestAt } from "../../durable/event-match.ts";
import type { EventRecord } from "../../durable/journal.ts";
import type { AcceptedEvent, Store } from "../../durable/store.ts";
import { eventToCells, type Row } from "../shared/row-codec.ts";
import { ACCEPT_PARAMETERS, namesOf } from "./postgres-accept-sql.ts";
import { ColumnTexts } from "./postgres-columns.ts";
import type { PostgresCell, PostgresSession } from "./postgres-connection.ts";
import { arrayText, fromText } from "./postgres-text.ts";

type Acceptance = Parameters<Store["accept"]>[0];

/** Who hears of the events of a name. */
interface Audience {
  readonly functionIds: readonly string[];
  /** The paths that waits for it were ever asked for; `""`: all of it. */
  readonly paths: readonly string[];
}

/** A run that an event of the batch is to start. */
interface Start {
  readonly place: number;
  readonly functionId: string;
  readonly runId: string;
}

/** As it was when it was counted so. */
interface Audiences {
  readonly counted: number;
  readonly byName: Map<string, Audience>;
}

const EVENT_CELLS = 11;

export class PostgresEvents {
  readonly #surefoot: string;
  readonly #accept: string;
  #known: Audiences = { counted: 0, byName: new Map() };

  constructor(surefoot: string) {
    this.#surefoot = surefoot;
    const parameters = namesOf(ACCEPT_PARAMETERS).split(", ");
    this.#accept = `select letters, runs from ${surefoot}.accept_1(${parameters.map((_name, place) => `$${place + 1}`).join(", ")})`;
  }

  /** `own`: the workers that need not be told. */
  accept(statements: PostgresSession, acceptance: Acceptance, own: string): Promise<readonly AcceptedEvent[]> {
    return this.acceptBy(statements, acceptance, async (cells) => {
      const [given] = await statements.rows(this.#accept, ...cells, own);
      return given;
    });
  }
  /** Has it accepted by a statement that has what `accept_1` gives in a row of its own; no row where that gives none. E1 */
  async acceptBy(
    statements: PostgresSession,
    acceptance: Acceptance,
    ask: (cells: readonly PostgresCell[]) => Promise<Row | undefined>,
  ): Promise<readonly AcceptedEvent[]> {
    const { events } = acceptance;
    if (events.length === 0) return [];
    const names = [...new Set(events.map(({ name }) => name))];
    for (;;) {
      const audiences = await this.#audiencesOf(statements, names);
      const starts = startsOf(acceptance, audiences);
      const given = await ask(acceptCells(acceptance, names, starts, audiences));
      if (given !== undefined)
        return acceptedEvents(events, starts, given["letters"] as string, given["runs"] as string | null);
      if (this.#known === audiences) this.#known = { counted: 0, byName: new Map() };
    }
  }

  async #audiencesOf(statements: PostgresSession, names: readonly string[]): Promise<Audiences> {
    if (names.every((name) => this.#known.byName.has(name))) return this.#known;
    const rows = await statements.rows(
      `select m.value as counted, n.name,
         coalesce((select json_agg(f.id) from ${this.#surefoot}.function f where f.is_registered and n.name = any (f.events))::text, '[]') as function_ids,
         coalesce((select json_agg(a.paths) from ${this.#surefoot}.asked a where a.event = n.name)::text, '[]') as paths
       from ${this.#surefoot}.meta m, unnest($1::text[]) as n(name) where m.key = 'audience'`,
      arrayText(names),
    );
    const counted = rows[0]!["counted"] as number;
    if (this.#known.counted !== counted) this.#known = { counted, byName: new Map() };
    for (const { name, function_ids: functionIds, paths } of rows)
      this.#known.byName.set(name as string, { functionIds: textsOf(functionIds), paths: textsOf(paths) });
    // Of several who ask at once, each has what it asked for, and the last has it all.
    const missing = names.some((name) => !this.#known.byName.has(name));
    return missing ? this.#audiencesOf(statements, names) : this.#known;
  }
}

/** Whoever makes the ids may throw: before anything is kept. */
function startsOf({ events, functionId, runId }: Acceptance, { byName }: Audiences): readonly Start[] {
  return events.flatMap((event, place) => {
    const functionIds = functionId === undefined ? byName.get(event.name)!.functionIds : [functionId];
    return functionIds.map((id) => ({ place: place + 1, functionId: id, runId: runId(event, id) }));
  });
}

function acceptCells(
  { events, functionId }: Acceptance,
  names: readonly string[],
  starts: readonly Start[],
  { counted, byName }: Audiences,
): PostgresCell[] {
  const rows = new ColumnTexts(EVENT_CELLS);
  for (const event of events) rows.add(eventToCells(event));
  const digests = events.flatMap((event) => digestsOf(event, byName.get(event.name)!.paths));
  return [
    counted,
    arrayText(names),
    functionId !== undefined,
    ...rows.lists,
    arrayText(starts.map(({ place }) => place)),
    arrayText(starts.map(({ place }) => events[place - 1]!.id)),
    arrayText(starts.map((start) => start.functionId)),
    arrayText(starts.map(({ runId }) => runId)),
    CODEC_VERSION,
    arrayText(digests.map(({ id }) => id)),
    arrayText(digests.map(({ paths }) => paths)),
    arrayText(digests.map(({ digest }) => digest)),
  ];
}

function digestsOf(
  { id, data }: EventRecord,
  asked: readonly string[],
): readonly Record<"id" | "paths" | "digest", string>[] {
  if (asked.length === 0) return [];
  const decoded: unknown = asked.some((paths) => paths !== "") ? decodeValue(data) : undefined;
  return asked.flatMap((paths) => {
    const digest = paths === "" ? "" : digestAt(paths, decoded);
    return digest === undefined ? [] : [{ id, paths, digest }];
  });
}

const RESULTS: Readonly<Record<string, AcceptedEvent["result"]>> = { a: "accepted", d: "duplicate", c: "conflict" };

/** `known`: the runs of all events, where not all of them were new. */
function acceptedEvents(
  events: readonly EventRecord[],
  starts: readonly Start[],
  letters: string,
  known: string | null,
): readonly AcceptedEvent[] {
  const runs: { id: string; functionId: string }[][] = events.map(() => []);
  if (known === null && !/[^a]/.test(letters))
    for (const { place, runId: id, functionId } of starts) runs[place - 1]!.push({ id, functionId });
  for (const [place, id, functionId] of JSON.parse(known ?? "[]") as readonly (readonly [number, string, string])[])
    runs[place - 1]!.push({ id: fromText(id), functionId: fromText(functionId) });
  return events.map(({ id: eventId }, place) => ({ eventId, result: RESULTS[letters[place]!]!, runs: runs[place]! }));
}

function textsOf(list: unknown): readonly string[] {
  return (JSON.parse(list as string) as readonly string[]).map(fromText);
}
