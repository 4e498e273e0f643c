// The least that carries out durable runs: an await of a step goes on when its value is on the disk, and a run can sleep. No leases, no
// tokens, no retries, no events: what a full engine adds is measured against it.
//
// Owns: the runs that are in memory, and the timer of the next one. Does not own: how rows get to the disk (a journal).
// Called by: contestants.
import { KINDS, carryOutBody, type Input, type Kind, type Value } from "../bodies.ts";
import type { Engine, Place } from "../engine.ts";
import type { ClaimedRow, FloorJournal } from "./operations.ts";

const MOST_AT_ONCE = 500;
/** Runs are claimed when so many may begin: a claim for each that ends would be a statement for each. */
const LEAST_ROOM = 50;
const PARKED = Symbol("parked");

export function floorEngine(journal: FloorJournal, { isRestart }: Place): Engine {
  const floor = new Floor(journal);
  return {
    prepare: async () => {
      await journal.open();
      if (isRestart) await journal.ask(["recover"]);
    },
    start: () => floor.start(),
    send: (kind, inputs) => floor.send(kind, inputs),
    ask: (kind, input) => floor.sendAndWait(kind, input),
    completed: async () => Number(await journal.ask(["count"])),
    stop: () => floor.stop(),
  };
}

class Floor {
  readonly #journal: FloorJournal;
  readonly #waiting = new Map<string, (value: Value) => void>();
  #isRunning = false;
  #isClaiming = false;
  #isClaimWanted = false;
  #running = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Infinity;

  constructor(journal: FloorJournal) {
    this.#journal = journal;
  }

  async start(): Promise<void> {
    this.#isRunning = true;
    await this.#journal.listen?.(() => void this.#claim());
    await this.#claim();
    const due = (await this.#journal.ask(["due"])) as number | null;
    if (due !== null) this.#wakeAt(due);
  }
  async stop(): Promise<void> {
    this.#isRunning = false;
    clearTimeout(this.#timer);
    await this.#journal.close();
  }

  async send(kind: Kind, inputs: readonly Input[]): Promise<void> {
    await Promise.all(inputs.map((input) => this.#journal.ask(["insert", input.id, kind, JSON.stringify(input)])));
    if (this.#journal.listen === undefined) void this.#claim();
  }
  async sendAndWait(kind: Kind, input: Input): Promise<Value> {
    const value = new Promise<Value>((resolve) => this.#waiting.set(input.id, resolve));
    await this.send(kind, [input]);
    return value;
  }

  async #claim(): Promise<void> {
    this.#isClaimWanted = true;
    if (this.#isClaiming) return;
    this.#isClaiming = true;
    try {
      while (this.#isRunning && this.#isClaimWanted && MOST_AT_ONCE - this.#running >= LEAST_ROOM) {
        this.#isClaimWanted = false;
        const room = MOST_AT_ONCE - this.#running;
        const rows = (await this.#journal.ask(["claim", Date.now(), room])) as readonly ClaimedRow[];
        this.#running += rows.length;
        for (const row of rows) void this.#execute(row);
        if (rows.length > 0) this.#isClaimWanted = true;
      }
    } finally {
      this.#isClaiming = false;
    }
  }

  async #execute({ id, kind, input, fresh }: ClaimedRow): Promise<void> {
    const past = new Map(fresh ? [] : ((await this.#journal.ask(["past", id])) as readonly [string, string][]));
    const step = async (name: string, act: () => Promise<Value>) => {
      const known = past.get(name);
      if (known !== undefined) return JSON.parse(known) as Value;
      const value = await act();
      await this.#journal.ask(["step", id, name, JSON.stringify(value)]);
      return value;
    };
    const sleepUntil = async (untilMs: number) => {
      if (untilMs <= Date.now()) return;
      await this.#journal.ask(["sleep", id, untilMs]);
      this.#wakeAt(untilMs);
      throw PARKED;
    };
    try {
      const value = await carryOutBody(
        KINDS.find((one) => one === kind)!,
        JSON.parse(input) as Input,
        step,
        sleepUntil,
      );
      await this.#journal.ask(["done", id, JSON.stringify(value)]);
      this.#waiting.get(id)?.(value);
      this.#waiting.delete(id);
    } catch (error) {
      if (error !== PARKED) throw error;
    } finally {
      this.#running--;
      void this.#claim();
    }
  }

  #wakeAt(dueMs: number): void {
    if (dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    clearTimeout(this.#timer);
    const wake = () => {
      this.#dueMs = Infinity;
      void this.#claim();
    };
    this.#timer = setTimeout(wake, Math.max(0, dueMs - Date.now()) + 1);
  }
}
