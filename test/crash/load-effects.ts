// Bodies that leave their traces in the ledger.
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import { step as current } from "../../src/index.ts";
import { Ledger, type BodyLine, type BodyRole } from "./ledger.ts";
import { seededRandom } from "./seeded-random.ts";

const LONGEST_WORK_MS = 25;
const LONGEST_FAREWELL_MS = 6;

/** Where a body is. */
export type Place = Pick<typeof current, "idempotencyKey" | "path" | "number" | "attempt">;

export interface LeafOptions {
  readonly isAtMostOnce?: boolean;
  /** What earlier steps had given it. */
  readonly seen?: unknown;
}

/** Who carries the bodies out, when they are entered. */
export interface Hands {
  /** Which life of a worker it is. A process that only looks and sends has none. */
  readonly lifeNow: () => number;
  /** Of the claim by which it has a run. */
  readonly tokenOf: (runId: string) => number;
}

/** What the load's bodies do: each finds the step that it is the body of by itself. */
export class Effects {
  readonly #ledger: Ledger;
  readonly #hands: Hands;
  readonly #callsFolder: string;

  constructor(directory: string, hands: Hands) {
    this.#ledger = new Ledger(ledgerPath(directory));
    this.#hands = hands;
    this.#callsFolder = join(directory, "calls");
  }

  /** A body that takes some time, has its effect, and takes some time to return. */
  async leaf<Value>(work: (place: Place) => Value, options: LeafOptions = {}): Promise<Value> {
    const line = this.#lineOf("leaf", options);
    const random = seededRandom(`${line.idempotencyKey} ${line.attempt}`);
    this.#ledger.write({ ...line, kind: "enter" }, { isFlushed: false });
    await delay(random.between(0, LONGEST_WORK_MS));
    const end = endOf(() => work(line));
    this.#ledger.write({ ...line, kind: "effect", ends: end.ends }, { isFlushed: true });
    if (random.fraction() < 0.5) await delay(random.between(0, LONGEST_FAREWELL_MS));
    return valueOf(end);
  }

  /** A body that does the same in one go. */
  leafAtOnce<Value>(work: (place: Place) => Value, options: LeafOptions = {}): Value {
    const line = this.#lineOf("leaf", options);
    this.#ledger.write({ ...line, kind: "enter" }, { isFlushed: false });
    const end = endOf(() => work(line));
    this.#ledger.write({ ...line, kind: "effect", ends: end.ends }, { isFlushed: true });
    return valueOf(end);
  }

  /** A body that is made of steps, or a handler, has been entered. */
  enter(role: Exclude<BodyRole, "leaf">): void {
    this.#ledger.write({ ...this.#lineOf(role, {}), kind: "enter" }, { isFlushed: false });
  }

  /** How often this body has been called before, in whatever process. */
  callsBefore({ idempotencyKey }: Place): number {
    mkdirSync(this.#callsFolder, { recursive: true });
    const file = join(this.#callsFolder, createHash("sha256").update(idempotencyKey).digest("hex"));
    appendFileSync(file, ".");
    return statSync(file).size - 1;
  }

  noteSend(kind: "sending" | "sent", eventId: string): void {
    this.#ledger.write({ kind, eventId, life: this.#hands.lifeNow() }, { isFlushed: true });
  }
  close(): void {
    this.#ledger.close();
  }

  /** Of the life that enters the body, whatever becomes of the worker while it runs. */
  #lineOf(role: BodyRole, { isAtMostOnce = false, seen }: LeafOptions): UnsignedBodyLine {
    const { idempotencyKey, path, number, attempt } = current;
    const run = idempotencyKey.slice(0, idempotencyKey.indexOf(":"));
    const life = this.#hands.lifeNow();
    const token = this.#hands.tokenOf(run);
    const line = { life, role, run, token, path, number, attempt, idempotencyKey, isAtMostOnce };
    return seen === undefined ? line : { ...line, seen: inspect(seen, { depth: 8 }) };
  }
}

export function ledgerPath(directory: string): string {
  return join(directory, "ledger.jsonl");
}

type UnsignedBodyLine = Omit<BodyLine, "pid" | "atMs" | "kind">;

type WorkEnd<Value> =
  | { readonly ends: "value"; readonly value: Value }
  | { readonly ends: "throw"; readonly thrown: unknown };

function endOf<Value>(work: () => Value): WorkEnd<Value> {
  try {
    return { ends: "value", value: work() };
  } catch (thrown) {
    return { ends: "throw", thrown };
  }
}

function valueOf<Value>(end: WorkEnd<Value>): Value {
  if (end.ends === "throw") throw end.thrown;
  return end.value;
}
