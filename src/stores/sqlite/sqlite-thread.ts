// The thread of a SQLite file: it is asked what the store is asked, and works on the file, so that the app's own thread need not.
//
// Owns: a store of its own, which works on this thread. Does not own: what is asked.
// Called by: store-thread, which begins it: nothing imports this file.
//   T1. Verbs begin in the order in which they were asked.
//   T2. What was asked before it is closed is done before it ends.
import { bug } from "../../internal/bug.ts";
import { encodeValue } from "../../core/value-codec.ts";
import type { Store } from "../../durable/store.ts";
import type { SqliteOptions } from "./sqlite-options.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { cellsToWrites } from "./thread-cells.ts";
import type { AcceptAsked, AcceptGiven, Answered, Asked, CommitAsked } from "./thread-messages.ts";

const { parentPort, workerData } = process.getBuiltinModule("node:worker_threads");
const port = parentPort ?? bug("the thread of a SQLite file was begun as something else");
const store: Store = new SqliteStore(workerData as SqliteOptions);
const atWork = new Set<Promise<void>>();

port.on("message", (message: Asked) => {
  const work: Promise<void> = answer(message).then((answered) => {
    atWork.delete(work);
    port.postMessage(answered);
    if (message.verb === "close") port.close();
  });
  atWork.add(work);
});

/** T1 */
async function answer({ id, verb, asked }: Asked): Promise<Answered> {
  try {
    if (verb === "accept") return { id, given: await accept(asked as AcceptAsked) };
    if (verb === "commit") return { id, given: await commit(asked as CommitAsked) };
    if (verb === "close") await Promise.all(atWork); // T2
    return { id, given: await (store[verb] as (asked: unknown) => Promise<unknown>)(asked) };
  } catch (thrown) {
    return { id, given: undefined, thrown: encodeValue(thrown) };
  }
}

function commit({ incarnation, cells }: CommitAsked): ReturnType<Store["commit"]> {
  return store.commit({ incarnation, writes: cellsToWrites(cells) });
}

/** Thrown inside the transaction, which is rolled back with it. */
class UnknownListener extends Error {
  readonly event: string;
  readonly functionId: string;
  constructor(event: string, functionId: string) {
    super();
    this.event = event;
    this.functionId = functionId;
  }
}

async function accept({ events, functionId, runIds }: AcceptAsked): Promise<AcceptGiven> {
  const known = new Map(events.map(({ id }, place) => [id, runIds[place]!]));
  try {
    const accepted = await store.accept({
      events,
      functionId,
      runId: (event, listening) => {
        const runId = known.get(event.id)?.[listening];
        if (runId === undefined) throw new UnknownListener(event.name, listening);
        return runId;
      },
    });
    return { accepted };
  } catch (thrown) {
    if (thrown instanceof UnknownListener) return { unknown: { event: thrown.event, functionId: thrown.functionId } };
    throw thrown;
  }
}
