// What a simulated body does besides steps: it notes that it was entered, is at work for a while, has its effect, and ends.
//
// Owns: nothing. Does not own: when bodies run.
// Called by: program-code.
import type { StepTools } from "../../src/index.ts";
import type { LeafItem } from "./random-program.ts";
import { isCancellation, SimulatedRefusal, textOf } from "./simulated-errors.ts";
import type { BodyPlace } from "./simulation-history.ts";
import type { WorkerLife } from "./worker-life.ts";

/** Where the code of a function is. */
export interface CodePlace {
  /** In the source: the same in each life. */
  readonly trail: string;
  /** With the attempt of each body around it. */
  readonly attempts: string;
}

export const FUNCTION_PLACE: CodePlace = { trail: "", attempts: "" };

export function within({ trail, attempts }: CodePlace, part: string | number): CodePlace {
  return { trail: `${trail}/${part}`, attempts: `${attempts}/${part}` };
}
export function entered({ trail, attempts }: CodePlace, attempt: number): CodePlace {
  return { trail, attempts: `${attempts}@${attempt}` };
}

/** What a leaf gives: no two enterings of a body give the same. A store gives the bytes back as those of another class. */
interface Product {
  readonly of: string;
  readonly nonce: number;
  readonly bytes: Buffer;
}

export class BodyBench {
  readonly #life: WorkerLife;
  readonly run: string;
  readonly eventId: string;

  constructor(life: WorkerLife, run: string, eventId: string) {
    this.#life = life;
    this.run = run;
    this.eventId = eventId;
  }

  /** The body of a leaf. */
  leaf(item: Omit<LeafItem, "kind" | "name" | "isGuarded">, place: CodePlace): (step: StepTools) => unknown {
    return (step) => {
      const line = this.#enter(step, place, item.isAtMostOnce);
      if (item.workMs < 0) return this.#leave(line, item);
      return (item.workMs === 0 ? Promise.resolve() : this.#life.work(item.workMs)).then(() => this.#leave(line, item));
    };
  }

  /** Notes what code was given. */
  saw(place: CodePlace, key: string | undefined, what: "value" | "error", given: unknown): void {
    if (what === "error" && isCancellation(given)) return;
    const { log, name: life } = this.#life;
    log.add({ kind: "saw", life, run: this.run, trail: place.trail, key, what, text: textOf(given) });
  }

  #enter(step: StepTools, place: CodePlace, isAtMostOnce: boolean): BodyPlace {
    const { path, number, attempt, idempotencyKey } = step;
    const { log, name: life, incarnations } = this.#life;
    const line: BodyPlace = {
      life,
      run: this.run,
      path,
      number,
      attempt,
      place: entered(place, attempt).attempts,
      token: log.tokenOf(this.run, incarnations),
      idempotencyKey,
      isAtMostOnce,
    };
    log.add({ kind: "entered", nowMs: this.#life.latestMs, ...line });
    return line;
  }

  /** The effect, and the end. A process that is gone has none. */
  #leave(line: BodyPlace, { failures, isFatal, error }: Pick<LeafItem, "failures" | "isFatal" | "error">): Product {
    const { log } = this.#life;
    const nonce = log.nonce();
    if (isFatal || line.attempt <= failures) {
      const message = `${line.path} was refused`;
      log.add({ kind: "effect", ends: "throw", text: String(nonce), ...line });
      throw error === "tagged" ? new SimulatedRefusal({ nonce, message }) : new RangeError(`${message}: ${nonce}`);
    }
    log.add({ kind: "effect", ends: "value", text: String(nonce), ...line });
    return { of: line.path, nonce, bytes: Buffer.from([nonce % 256]) };
  }
}
