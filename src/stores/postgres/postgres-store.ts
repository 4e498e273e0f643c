// The journal in a schema of a Postgres database.
//
// Owns: that it is opened once. Does not own: connections (postgres-connection), and what is said there (its parts).
// Called by: the durable backend, worker and group commit.
import type { Clock } from "../../core/clock.ts";
import type { RunStatus } from "../../core/run-details.ts";
import type { EventRecord, RunRecord, ScheduleRecord, StepRecord } from "../../durable/journal.ts";
import { StoreClock } from "../../durable/store-clock.ts";
import type {
  AcceptedEvent,
  Arrival,
  ClaimedRun,
  Claimant,
  Look,
  RunFilter,
  RunRequest,
  Store,
  TransactionEnd,
  WorkerRecord,
  WriteResult,
} from "../../durable/store.ts";
import type { Row } from "../shared/row-codec.ts";
import { PostgresConnection, type PostgresSession, type Repeats } from "./postgres-connection.ts";
import { PostgresEvents } from "./postgres-events.ts";
import { PostgresFunctions } from "./postgres-functions.ts";
import { PostgresMatches } from "./postgres-matches.ts";
import type { PostgresOptions, PostgresPlace } from "./postgres-options.ts";
import { PostgresOutbox } from "./postgres-outbox.ts";
import { prune } from "./postgres-retention.ts";
import { PostgresRuns } from "./postgres-runs.ts";
import { NOW_MS } from "./postgres-sql.ts";
import { migrate } from "./postgres-schema.ts";
import { rowToClaimedRun, workersOf } from "./postgres-rows.ts";
import { PostgresWatch } from "./postgres-watch.ts";
import { PostgresTransactions } from "./postgres-transactions.ts";
import { PostgresWorkers } from "./postgres-workers.ts";
import { PostgresWrites } from "./postgres-writes.ts";

const DEFAULT_SCHEMA = "surefoot";

type Looking = Parameters<NonNullable<Store["look"]>>[0];

export class PostgresStore implements Store {
  readonly #connection: PostgresConnection;
  /** Whose statements may be made again where nobody knows whether they took effect. */
  readonly #again: PostgresSession;
  readonly #once: PostgresSession;
  readonly #events: PostgresEvents;
  readonly #functions: PostgresFunctions;
  readonly #runs: PostgresRuns;
  readonly #workers: PostgresWorkers;
  readonly #writes: PostgresWrites;
  readonly #transactions: PostgresTransactions;
  readonly #outbox: PostgresOutbox;
  readonly #watch: PostgresWatch;
  #opening: Promise<void> | undefined;

  constructor(place: PostgresPlace, options: PostgresOptions = {}) {
    this.#connection = new PostgresConnection(place, options, options.schema ?? DEFAULT_SCHEMA);
    this.#again = this.#connection.statements("repeatable");
    this.#once = this.#connection.statements("once");
    const { schema } = this.#connection;
    this.#events = new PostgresEvents(schema);
    this.#functions = new PostgresFunctions(schema);
    this.#runs = new PostgresRuns(schema);
    this.#workers = new PostgresWorkers(schema);
    this.#watch = new PostgresWatch(() => this.#connection.direct(), schema, this.#connection.name);
    this.#writes = new PostgresWrites(schema, new PostgresMatches(schema));
    this.#transactions = new PostgresTransactions(this.#connection, this.#writes);
    this.#outbox = new PostgresOutbox(schema);
  }

  async open(): Promise<void> {
    if (this.#connection.isOpen && this.#opening === undefined) return;
    this.#opening ??= this.#connection.open((session) => migrate(session, this.#connection.schema));
    try {
      await this.#opening;
    } finally {
      this.#opening = undefined;
    }
  }
  close(): Promise<void> {
    return this.#connection.close();
  }

  clockOver(host: Clock): StoreClock {
    return new StoreClock(host, () => this.timeMs());
  }
  async timeMs(): Promise<number> {
    const [row] = await this.#again.rows(`select ${NOW_MS} as now_ms`);
    return row!["now_ms"] as number;
  }

  enterWorker(worker: WorkerRecord): Promise<void> {
    return this.#workers.enter(this.#again, worker);
  }
  leaveWorker({ incarnation }: { readonly incarnation: string }): Promise<void> {
    return this.#connection.transaction("repeatable", (session) => this.#workers.gone(session, incarnation));
  }
  buryWorker({ incarnation, description, nowMs }: Parameters<Store["buryWorker"]>[0]): Promise<void> {
    const lost = { from: description, atMs: nowMs };
    return this.#connection.transaction("repeatable", (session) => this.#workers.gone(session, incarnation, lost));
  }
  beat({ incarnation }: { readonly incarnation: string }): Promise<boolean> {
    return this.#workers.beat(this.#again, incarnation);
  }
  workers(): Promise<readonly WorkerRecord[]> {
    return this.#workers.all(this.#again);
  }

  register(registered: Parameters<Store["register"]>[0]): Promise<void> {
    return this.#connection.transaction("repeatable", (session) => this.#functions.register(session, registered));
  }

  /** Made again, it finds its own events: those are duplicates then, and their runs are given. */
  accept(accepted: Parameters<Store["accept"]>[0]): Promise<readonly AcceptedEvent[]> {
    return this.#events.accept(this.#again, accepted, this.#workers.own);
  }

  dueSchedules(functions: Parameters<Store["dueSchedules"]>[0]): Promise<readonly ScheduleRecord[]> {
    return this.#functions.dueSchedules(this.#again, functions);
  }
  tick({ ticks }: Parameters<Store["tick"]>[0]): Promise<readonly boolean[]> {
    return this.#connection.transaction("once", async (session) => {
      const moved: boolean[] = [];
      for (const { schedule, nextMs, start } of ticks) {
        const hasMoved = await this.#functions.moveOn(session, schedule, nextMs);
        moved.push(hasMoved);
        if (!hasMoved || start === null) continue;
        const { event, runId } = start;
        const accepted = { events: [event], functionId: schedule.functionId, runId: () => runId };
        await this.#events.accept(session, accepted, this.#workers.own);
      }
      return moved;
    });
  }

  claim(claim: Parameters<Store["claim"]>[0]): Promise<readonly ClaimedRun[]> {
    return this.#runs.claim(this.#once, claim);
  }
  async look(look: Looking): Promise<Look> {
    const { accepting } = look;
    if (accepting === undefined) return this.#seen(look, await this.#looked(look));
    let rows: readonly Row[] = [];
    const accepted = await this.#events.acceptBy(this.#again, accepting, async (cells) => {
      rows = await this.#runs.begin(this.#once, [...cells, this.#workers.own], look);
      return rows.at(-1);
    });
    if (rows.length === 0) rows = await this.#looked(look); // there were no events
    return { ...(await this.#seen(look, rows)), accepted };
  }
  #looked(look: Looking): Promise<readonly Row[]> {
    return this.#runs.look(look.limit > 0 ? this.#once : this.#again, look);
  }
  async #seen(look: Looking, rows: readonly Row[]): Promise<Look> {
    const seen = rows.at(-1)!;
    return {
      isAlive: seen["is_alive"] === 1,
      claimed: rows.slice(0, -1).map(rowToClaimedRun),
      workers: workersOf((seen["workers"] as string | null) ?? "[]"),
      requests: seen["has_requests"] === 1 ? await this.requests(look) : [],
      arrivals: seen["has_arrivals"] === 1 ? await this.arrivals(look) : [],
      dueSchedules: seen["has_schedules"] === 1 ? await this.dueSchedules(look) : [],
      nextDueMs: seen["next_due_ms"] as number | null,
      hasPosted: seen["has_posted"] === 1,
      nowMs: seen["now_ms"] as number,
    };
  }
  watch(wake: () => void): () => void {
    return this.#watch.start(wake);
  }
  release({ incarnation, runIds }: Parameters<Store["release"]>[0]): Promise<void> {
    return this.#connection.transaction("repeatable", (session) => this.#workers.release(session, incarnation, runIds));
  }
  nextDueMs(worker: Claimant): Promise<number | null> {
    return this.#runs.nextDueMs(this.#again, worker);
  }
  offerPaused(functions: Parameters<Store["offerPaused"]>[0]): Promise<void> {
    return this.#changing("repeatable", (session) => this.#runs.offerPaused(session, functions));
  }

  commit({ incarnation, writes }: Parameters<Store["commit"]>[0]): Promise<readonly WriteResult[]> {
    return this.#writes.commit(this.#once, incarnation, writes);
  }
  transact(transaction: Parameters<NonNullable<Store["transact"]>>[0]): Promise<TransactionEnd> {
    return this.#transactions.transact(transaction);
  }
  post({ tx, events }: Parameters<NonNullable<Store["post"]>>[0]): Promise<void> {
    return this.#outbox.post(tx, events, this.#workers.own);
  }
  acceptPosted(posted: Parameters<NonNullable<Store["acceptPosted"]>>[0]): Promise<readonly AcceptedEvent[]> {
    return this.#connection.transaction("once", async (session) => {
      const taken = await this.#outbox.takeOut(session, posted);
      const named = new Map(taken.map(({ event, isNamed }) => [event.id, isNamed]));
      const acceptance = {
        events: taken.map(({ event }) => event),
        runId: (event: EventRecord, functionId: string) =>
          posted.runId(event, functionId, named.get(event.id) === true),
      };
      return this.#events.accept(session, acceptance, this.#workers.own);
    });
  }
  saved(runs: Parameters<Store["saved"]>[0]): Promise<readonly number[]> {
    return this.#runs.saved(this.#again, runs);
  }

  arrivals(worker: Parameters<Store["arrivals"]>[0]): Promise<readonly Arrival[]> {
    return this.#runs.arrivals(this.#again, worker);
  }

  requestCancel(run: Parameters<Store["requestCancel"]>[0]): Promise<boolean> {
    return this.#changing("once", (session) => this.#runs.requestCancel(session, run));
  }
  requestPause(run: Parameters<Store["requestPause"]>[0]): Promise<boolean> {
    return this.#changing("repeatable", (session) => this.#runs.requestPause(session, run));
  }
  resume(run: Parameters<Store["resume"]>[0]): Promise<boolean> {
    return this.#changing("once", (session) => this.#runs.resume(session, run));
  }
  requests(worker: Parameters<Store["requests"]>[0]): Promise<readonly RunRequest[]> {
    return this.#runs.requests(this.#again, worker);
  }

  replay(run: Parameters<Store["replay"]>[0]): Promise<boolean> {
    return this.#changing("repeatable", (session) => this.#runs.replay(session, run));
  }
  prune(old: Parameters<Store["prune"]>[0]): Promise<number> {
    return this.#connection.transaction("once", (session) => prune(session, this.#connection.schema, old));
  }

  run({ id }: { readonly id: string }): Promise<{ readonly run: RunRecord; readonly event: EventRecord } | undefined> {
    return this.#runs.find(this.#again, id);
  }
  records({ id }: { readonly id: string }): Promise<readonly StepRecord[]> {
    return this.#runs.records(this.#again, id);
  }
  functionNames(): Promise<ReadonlyMap<string, string>> {
    return this.#functions.names(this.#again);
  }
  runs(filter: RunFilter): Promise<readonly { readonly run: RunRecord; readonly event: EventRecord }[]> {
    return this.#runs.list(this.#again, filter);
  }
  counts(): Promise<ReadonlyMap<RunStatus, number>> {
    return this.#runs.counts(this.#again);
  }

  /** A transaction of which other workers are told. */
  #changing<Given>(repeats: Repeats, change: (session: PostgresSession) => Promise<Given>): Promise<Given> {
    return this.#connection.transaction(repeats, async (session) => {
      const given = await change(session);
      await this.#workers.tell(session);
      return given;
    });
  }
}
