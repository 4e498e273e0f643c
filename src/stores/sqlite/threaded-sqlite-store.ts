// The journal in one SQLite file, on which a thread of its own works: the app's thread waits for no disk.
//
// Owns: whether it is open, and which functions are known to listen to what. Does not own: the thread (store-thread), the file.
// Called by: the door, the durable backend, worker and group commit.
//   H1. A thread that is gone is begun anew with the next verb.
//   H2. The ids of runs are made here, beforehand: for a function that nobody knew to listen, all is asked again with its id.
//   H3. What users' code does in a transaction is done on its own thread, where the code is, on a connection of its own.
import { StoreClosedError } from "../../core/errors.ts";
import type { AcceptedEvent, Look, Store, TransactionEnd, WriteResult } from "../../durable/store.ts";
import type { SqliteOptions } from "./sqlite-options.ts";
import { postThrough } from "./sqlite-outbox.ts";
import { SqliteTransactions } from "./sqlite-transactions.ts";
import { StoreThread } from "./store-thread.ts";
import { writesToCells } from "./thread-cells.ts";
import type { AcceptAsked, AcceptGiven, CommitAsked } from "./thread-messages.ts";

type Verb = Exclude<keyof Store, "open" | "close" | "watch">;

export class ThreadedSqliteStore implements Store {
  readonly #file: URL;
  readonly #options: SqliteOptions;
  readonly #transactions: SqliteTransactions;
  readonly #listening = new Map<string, Set<string>>();
  #thread: StoreThread | undefined;
  #isOpen = false;

  constructor(file: URL, options: SqliteOptions) {
    this.#file = file;
    this.#options = options;
    this.#transactions = new SqliteTransactions(options);
  }

  async open(): Promise<void> {
    await this.#begun().opened;
    this.#isOpen = true;
  }
  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#isOpen = false;
    this.#transactions.close();
    if (thread === undefined || thread.isGone) return;
    await thread.ask("close", undefined);
  }

  readonly enterWorker = this.#over("enterWorker");
  readonly leaveWorker = this.#over("leaveWorker");
  readonly beat = this.#over("beat");
  readonly workers = this.#over("workers");
  readonly buryWorker = this.#over("buryWorker");
  register(registered: Parameters<Store["register"]>[0]): Promise<void> {
    for (const { id, events } of registered.functions) for (const event of events) this.#listens(event, id);
    return this.#ask("register", registered);
  }
  /** H2 */
  async accept(accepted: Parameters<Store["accept"]>[0]): Promise<readonly AcceptedEvent[]> {
    return (await this.#acceptOnce(accepted)) ?? this.accept(accepted);
  }
  /** Undefined: nothing was kept, and more is known now. */
  async #acceptOnce({
    events,
    functionId,
    runId,
  }: Parameters<Store["accept"]>[0]): Promise<readonly AcceptedEvent[] | undefined> {
    const runIds = events.map((event) => {
      const listening = functionId === undefined ? (this.#listening.get(event.name) ?? []) : [functionId];
      return Object.fromEntries([...listening].map((id) => [id, runId(event, id)]));
    });
    const asked: AcceptAsked = { events, functionId, runIds };
    const given: AcceptGiven = await this.#ask("accept", asked);
    if ("accepted" in given) return given.accepted;
    this.#listens(given.unknown.event, given.unknown.functionId);
    return undefined;
  }
  readonly dueSchedules = this.#over("dueSchedules");
  readonly tick = this.#over("tick");
  readonly claim = this.#over("claim");
  /** Both are asked at once, and written together. */
  async look({ accepting, ...look }: Parameters<NonNullable<Store["look"]>>[0]): Promise<Look> {
    const acceptance = accepting === undefined ? undefined : this.#acceptOnce(accepting);
    const [seen, accepted] = await Promise.all([this.#ask<Look>("look", look), acceptance]);
    if (accepting === undefined) return seen;
    if (accepted !== undefined) return { ...seen, accepted };
    return { ...seen, accepted: await this.accept(accepting), nextDueMs: look.nowMs }; // what starts now it has not seen
  }
  readonly release = this.#over("release");
  readonly nextDueMs = this.#over("nextDueMs");
  readonly offerPaused = this.#over("offerPaused");
  commit({ incarnation, writes }: Parameters<Store["commit"]>[0]): Promise<readonly WriteResult[]> {
    const asked: CommitAsked = { incarnation, cells: writesToCells(writes) };
    return this.#ask("commit", asked);
  }
  /** H3 */
  transact(transaction: Parameters<NonNullable<Store["transact"]>>[0]): Promise<TransactionEnd> {
    if (!this.#isOpen) return Promise.reject(StoreClosedError.for(this.#options.path));
    return this.#transactions.transact(transaction);
  }
  post({ tx, events }: Parameters<NonNullable<Store["post"]>>[0]): void {
    postThrough(tx, events);
  }
  /** The ids of the runs are made over there, by the same rule: who listens is not known before the events are read. */
  acceptPosted({ limit, nowMs }: Parameters<NonNullable<Store["acceptPosted"]>>[0]): Promise<readonly AcceptedEvent[]> {
    return this.#ask("acceptPosted", { limit, nowMs });
  }
  readonly saved = this.#over("saved");
  readonly arrivals = this.#over("arrivals");
  readonly requestCancel = this.#over("requestCancel");
  readonly requestPause = this.#over("requestPause");
  readonly resume = this.#over("resume");
  readonly requests = this.#over("requests");
  readonly replay = this.#over("replay");
  readonly prune = this.#over("prune");
  readonly run = this.#over("run");
  readonly records = this.#over("records");
  readonly functionNames = this.#over("functionNames");
  readonly runs = this.#over("runs");
  readonly counts = this.#over("counts");

  /** A verb as it is done over there. */
  #over<Asked extends Verb>(verb: Asked): NonNullable<Store[Asked]> {
    return ((asked: unknown) => this.#ask(verb, asked)) as unknown as NonNullable<Store[Asked]>;
  }
  #ask<Given>(verb: Verb, asked: unknown): Promise<Given> {
    if (!this.#isOpen) return Promise.reject(StoreClosedError.for(this.#options.path));
    const thread = this.#begun();
    return thread.isOpen ? thread.ask(verb, asked) : thread.opened.then(() => thread.ask(verb, asked));
  }

  /** H1 */
  #begun(): StoreThread {
    if (this.#thread === undefined || this.#thread.isGone) this.#thread = new StoreThread(this.#file, this.#options);
    return this.#thread;
  }
  #listens(event: string, functionId: string): void {
    const known = this.#listening.get(event);
    if (known === undefined) this.#listening.set(event, new Set([functionId]));
    else known.add(functionId);
  }
}
