// News of other processes: a connection of its own that listens.
//
// Owns: that connection. Does not own: what is looked for when there is news (durable/worker).
// Called by: postgres-store.
//   N1. News are a hint. They may be lost, and nothing may depend on them: workers look every second all the same.
//   N2. A connection that does not answer is dead, whatever it says of itself: it is asked now and then, and replaced.
import { systemClock } from "../../core/clock.ts";
import type { PostgresListener } from "./postgres-options.ts";
import { channelOf } from "./postgres-sql.ts";
import { quotedName } from "./postgres-text.ts";

const ASK_MS = 15_000;
const ANSWER_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export class PostgresWatch {
  readonly #connect: () => Promise<PostgresListener | undefined>;
  readonly #channel: string;

  constructor(connect: () => Promise<PostgresListener | undefined>, schema: string) {
    this.#connect = connect;
    this.#channel = quotedName(channelOf(schema));
  }

  /** Calls on news until it is ended. */
  start(wake: () => void): () => void {
    const ending = new AbortController();
    void this.#keepListening(wake, ending.signal);
    return () => ending.abort();
  }

  /** N2 */
  async #keepListening(wake: () => void, ending: AbortSignal): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !ending.aborted; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      const listener = await this.#connect().catch(() => undefined);
      if (listener === undefined) return;
      const hasListened = await listen(listener, this.#channel, wake, ending);
      if (hasListened) pauseMs = FIRST_PAUSE_MS;
      await pause(pauseMs, ending);
    }
  }
}

/** Until the connection is lost, or nobody wants it any more. Gives whether it came about. */
async function listen(
  listener: PostgresListener,
  channel: string,
  wake: () => void,
  ending: AbortSignal,
): Promise<boolean> {
  const lost = new AbortController();
  const lose = (): void => lost.abort();
  listener.on("error", lose);
  listener.on("end", lose);
  listener.on("notification", () => wake());
  ending.addEventListener("abort", lose);
  let hasListened = false;
  try {
    await listener.connect();
    await listener.query(`listen ${channel}`);
    hasListened = true;
    wake(); // what came while nobody listened
    while (!lost.signal.aborted && (await answers(listener))) await pause(ASK_MS, lost.signal);
  } catch {
    // N1
  }
  ending.removeEventListener("abort", lose);
  void listener.end().catch(() => {});
  return hasListened;
}

/** N2: whether the connection answers in time. */
async function answers(listener: PostgresListener): Promise<boolean> {
  const answered = new AbortController();
  const late = pause(ANSWER_MS, answered.signal).then(() => false);
  const isInTime = await Promise.race([listener.query("select 1").then(() => true), late]);
  answered.abort();
  return isInTime;
}

/** Ends early where there is nothing to wait for any more. */
function pause(ms: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      stop();
      until.removeEventListener("abort", end);
      resolve();
    };
    const stop = systemClock.timer(until.aborted ? 0 : ms, end, { keepsAlive: false });
    until.addEventListener("abort", end);
  });
}
