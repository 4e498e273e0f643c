// The thread of a SQLite file: it is asked what the store is asked, and works on the file, so that the app's own thread need not.
//
// Owns: a store of its own, which works on this thread. Does not own: what is asked.
// Called by: store-thread, which begins it: nothing imports this file.
//   T1. Verbs begin in the order in which they were asked.
//   T2. What was asked before it is closed is done before it ends.
//   T3. What writes, and was asked while something else was done, is written together: many senders wait for the disk once.
import { systemClock } from "../../core/clock.ts";
import { bug } from "../../internal/bug.ts";
import { systemRandomness } from "../../core/ids.ts";
import { encodeValue } from "../../core/value-codec.ts";
import { runIdFor } from "../../durable/run-id.ts";
import type { Store } from "../../durable/store.ts";
import type { SqliteOptions } from "./sqlite-options.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { cellsToWrites } from "./thread-cells.ts";
import { runsOf } from "./thread-batches.ts";
import type { AcceptAsked, AcceptGiven, AcceptPostedAsked, Answered, Asked, CommitAsked } from "./thread-messages.ts";

const { parentPort, receiveMessageOnPort, workerData } = process.getBuiltinModule("node:worker_threads");
const port = parentPort ?? bug("the thread of a SQLite file was begun as something else");
const store = new SqliteStore(workerData as SqliteOptions);
const verbs: Store = store;
const atWork = new Set<Promise<void>>();

/** With what has come behind it meanwhile: without a turn of the event loop, for which each step of a run alone would wait. */
port.on("message", (first: Asked) => {
  const batch = [first];
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
    batch.push(next.message as Asked);
  begin(batch);
});

function begin(batch: readonly Asked[]): void {
  for (const run of runsOf(batch)) {
    const answers = run.length > 1 ? answersTogether(run) : run.map(answer);
    run.forEach(({ verb }, place) => send(verb, answers[place]!));
  }
}

function send(verb: Asked["verb"], answering: Promise<Answered>): void {
  const work: Promise<void> = answering.then((answered) => {
    atWork.delete(work);
    port.postMessage(answered);
    if (verb === "close") port.close();
  });
  atWork.add(work);
}

/** T3 */
function answersTogether(run: readonly Asked[]): readonly Promise<Answered>[] {
  let answers: readonly Promise<Answered>[] = [];
  try {
    const isKept = store.together(() => {
      answers = run.map(answer);
    });
    return isKept ? answers : run.map(answer);
  } catch (error) {
    const thrown = encodeValue(error);
    return run.map(({ id }) => Promise.resolve({ id, given: undefined, thrown }));
  }
}

/** T1 */
async function answer({ id, verb, asked }: Asked): Promise<Answered> {
  try {
    if (verb === "accept") return { id, given: await accept(asked as AcceptAsked) };
    if (verb === "acceptPosted") return { id, given: await acceptPosted(asked as AcceptPostedAsked) };
    if (verb === "commit") return { id, given: await commit(asked as CommitAsked) };
    if (verb === "close") await Promise.all(atWork); // T2
    return { id, given: await (verbs[verb] as unknown as (asked: unknown) => Promise<unknown>)(asked) };
  } catch (thrown) {
    return { id, given: undefined, thrown: encodeValue(thrown) };
  }
}

function acceptPosted(asked: AcceptPostedAsked): ReturnType<SqliteStore["acceptPosted"]> {
  return store.acceptPosted({
    ...asked,
    runId: ({ id }, functionId, isNamed) => runIdFor({ id, isNamed }, functionId, systemRandomness, systemClock),
  });
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
