// News of other processes: a connection of its own that listens.
//
// Owns: that connection. Does not own: what is looked for when there is news (durable/worker).
// Called by: postgres-store.
//   N1. News are a hint. They may be lost, and nothing may depend on them: workers look every second all the same.
//   N2. A connection that does not answer is dead, whatever it says of itself: it is asked now and then, and replaced.
//   N3. Where another session of the server answers than the one that listens, a pooler in transaction mode stands between: nothing is
//       heard there, and nobody tries any longer.
import { systemClock } from "../../core/clock.ts";
import { warnOnce } from "../../core/warning.ts";
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
  /** The store's, for people. */
  readonly #name: string;

  constructor(connect: () => Promise<PostgresListener | undefined>, schema: string, name: string) {
    this.#connect = connect;
    this.#channel = quotedName(channelOf(schema));
    this.#name = name;
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
      const end = await listen(listener, this.#channel, wake, ending);
      if (end === "passed about") return warnOnce(`listen ${this.#name}`, deafText(this.#name));
      if (end === "lost") pauseMs = FIRST_PAUSE_MS;
      await pause(pauseMs, ending);
    }
  }
}

function deafText(name: string): string {
  return `the store in ${name} hears no news of other processes, as a pooler gives each of its transactions another connection: what they send is found within a second. Let it listen at the server itself, listen: "postgres://…", or say that it is not to, listen: false`;
}

/** `unheard`: it did not come about. `passed about`: N3. */
type ListeningEnd = "unheard" | "lost" | "passed about";

/** Until the connection is lost, or nobody wants it any more. */
async function listen(
  listener: PostgresListener,
  channel: string,
  wake: () => void,
  ending: AbortSignal,
): Promise<ListeningEnd> {
  const lost = new AbortController();
  const lose = (): void => lost.abort();
  listener.on("error", lose);
  listener.on("end", lose);
  listener.on("notification", () => wake());
  ending.addEventListener("abort", lose);
  let end: ListeningEnd = "unheard";
  try {
    await listener.connect();
    const session = sessionIn(await listener.query(`listen ${channel}; ${WHICH_SESSION}`));
    end = "lost";
    wake(); // what came while nobody listened
    for (let pauseMs = FIRST_PAUSE_MS; !lost.signal.aborted; pauseMs = Math.min(ASK_MS, pauseMs * 2)) {
      const answering = await answerOf(listener);
      if (answering === undefined) break;
      if (answering !== session) {
        end = "passed about";
        break;
      }
      await pause(pauseMs, lost.signal);
    }
  } catch {
    // N1
  }
  ending.removeEventListener("abort", lose);
  void listener.end().catch(() => {});
  return end;
}

const WHICH_SESSION = "select pg_backend_pid() as session";
interface Answer {
  readonly rows: readonly { readonly session: number }[];
}

/** N3: the session of the server that answered last. */
function sessionIn(answers: unknown): number | undefined {
  return [answers as Answer].flat().at(-1)?.rows[0]?.session;
}

/** N2: the session that answers; undefined if none does in time. */
async function answerOf(listener: PostgresListener): Promise<number | undefined> {
  const answered = new AbortController();
  const late = pause(ANSWER_MS, answered.signal).then(() => undefined);
  const session = await Promise.race([listener.query(WHICH_SESSION).then(sessionIn), late]);
  answered.abort();
  return session;
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
