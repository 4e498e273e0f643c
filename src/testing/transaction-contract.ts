// The contract of the verbs `transact`, `post` and `acceptPosted` of the port durable/store.ts, for the stores that have them.
//
// They need no test runner: for (const { name, check } of transactionContract) test(name, () => check(place)).
import assert from "node:assert/strict";
import type { Store, TransactionEnd } from "../durable/store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWrite } from "./journal-samples.ts";
import { CANCELLED, FUNCTION_ID, acceptRuns, claimedRuns, keep, keysOf, write } from "./store-case.ts";

/** An empty store, and what the cases do in its database besides. */
export interface TransactionPlace {
  readonly store: Store & Required<Pick<Store, "transact" | "post" | "acceptPosted">>;
  /** Writes a row of the user's through a transaction. */
  readonly act: (tx: unknown, effect: string) => unknown;
  /** The user's rows that are committed. */
  readonly effects: () => Promise<readonly string[]>;
  /** Runs code in a transaction of the user's own. */
  readonly within: (end: "commit" | "rollback", work: (tx: object) => unknown) => Promise<void>;
}

export interface TransactionCase {
  readonly name: string;
  readonly check: (place: TransactionPlace) => Promise<void>;
}

interface Wanted {
  readonly token?: number;
  readonly saveId?: number;
  readonly key?: string;
  readonly body?: (tx: unknown) => unknown;
  readonly write?: () => never;
  readonly alone?: () => Promise<void>;
}

/** One transaction of `run_1`, which acts as its key is called. */
function transact(
  { store, act }: TransactionPlace,
  {
    token = 1,
    saveId = 1,
    key = "Pay",
    body = (tx) => act(tx, key),
    write: refuse,
    alone = () => Promise.resolve(),
  }: Wanted = {},
): Promise<TransactionEnd> {
  return store.transact({
    incarnation: "worker-1",
    alone,
    body,
    write: () => refuse?.() ?? sampleWrite({ token, saveId, records: [sampleStep({ key })] }),
  });
}

async function claimed({ store }: TransactionPlace): Promise<void> {
  await claimedRuns(store, ["run_1"]);
}

class Thrown extends Error {}

const stepCases: readonly TransactionCase[] = [
  {
    name: "what a transaction does is kept with what is written of it, which is the run's last save then",
    async check(place) {
      await claimed(place);
      assert.equal(await transact(place, { saveId: 4 }), "kept");
      assert.deepEqual(await place.effects(), ["Pay"]);
      assert.deepEqual(await keysOf(place.store, "run_1"), ["Pay"]);
      assert.deepEqual(await place.store.saved({ incarnation: "worker-1", runIds: ["run_1"] }), [4]);
    },
  },
  {
    name: "a body that throws has done nothing, and the run is written for as before",
    async check(place) {
      await claimed(place);
      const thrown = new Thrown("no");
      const body = async (tx: unknown): Promise<never> => {
        await place.act(tx, "Pay");
        throw thrown;
      };
      const atOnce = (tx: unknown): never => {
        void place.act(tx, "Pay");
        throw thrown;
      };
      assert.deepEqual(await transact(place, { body: atOnce }), { thrown });
      assert.equal(typeof (await transact(place, { body })), "object"); // also where a body cannot be asynchronous
      assert.deepEqual(await place.effects(), []);
      assert.deepEqual(await keysOf(place.store, "run_1"), []);
      await keep(place.store, { records: [sampleStep({ key: "Pay" })] });
    },
  },
  {
    name: "where what the body gave cannot be written, it has done nothing",
    async check(place) {
      await claimed(place);
      const thrown = new Thrown("cannot be stored");
      const refuse = (): never => {
        throw thrown;
      };
      assert.deepEqual(await transact(place, { write: refuse }), { thrown });
      assert.deepEqual(await place.effects(), []);
    },
  },
  {
    name: "a transaction of who is not the owner any more is refused, and has done nothing",
    async check(place) {
      await claimed(place);
      assert.equal(await transact(place, { token: 2 }), "refused");
      assert.deepEqual(await place.effects(), []);
      assert.deepEqual(await keysOf(place.store, "run_1"), []);
    },
  },
  {
    name: "a transaction whose step has its outcome is refused, and has done nothing more",
    async check(place) {
      await claimed(place);
      assert.equal(await transact(place), "kept");
      assert.equal(await transact(place, { saveId: 2 }), "refused");
      assert.deepEqual(await place.effects(), ["Pay"]);
    },
  },
  {
    name: "a cancellation that was asked for meanwhile does not keep a transaction from being kept",
    async check(place) {
      await claimed(place);
      assert.equal(await place.store.requestCancel({ runId: "run_1", nowMs: SAMPLE_MS }), true);
      assert.equal(await transact(place), "kept");
      await keep(place.store, { saveId: 2, change: CANCELLED });
      assert.deepEqual(await place.effects(), ["Pay"]);
    },
  },
  {
    name: "the run is alone by the time it is written for, and another write of it may be made until then",
    async check(place) {
      await claimed(place);
      const alone = (): Promise<void> => keep(place.store, { saveId: 1, records: [sampleStep({ key: "Before" })] });
      assert.equal(await transact(place, { saveId: 2, alone }), "kept");
      assert.deepEqual(await keysOf(place.store, "run_1"), ["Before", "Pay"]);
    },
  },
  {
    name: "several transactions and other writes follow each other",
    async check(place) {
      await claimed(place);
      for (const [turn, key] of ["a", "b", "c"].entries())
        assert.equal(await transact(place, { key, saveId: 2 * turn + 1 }), "kept");
      assert.equal(await write(place.store, { saveId: 9, records: [sampleStep({ key: "d" })] }), "kept");
      assert.deepEqual(await place.effects(), ["a", "b", "c"]);
    },
  },
];

function post({ store }: TransactionPlace, tx: object, id: string, data?: string): unknown {
  const { acceptedMs: _accepted, dueMs: _due, ...event } = sampleEvent({ id, ...(data === undefined ? {} : { data }) });
  return store.post({ tx, events: [{ event, isNamed: true }] });
}
async function accepted({ store }: TransactionPlace, limit = 10): Promise<readonly string[]> {
  const taken = await store.acceptPosted({ limit, nowMs: SAMPLE_MS + 7, runId: ({ id }) => `run of ${id}` });
  return taken.map(({ eventId, result, runs }) => `${eventId} ${result} ${runs.map(({ id }) => id).join(" ")}`.trim());
}
async function listening({ store }: TransactionPlace): Promise<void> {
  const charge = { id: FUNCTION_ID, name: "Charge", events: ["sample"], schedules: [] };
  await store.register({ app: "app", functions: [charge] });
}

const outboxCases: readonly TransactionCase[] = [
  {
    name: "what was sent in a transaction that committed is accepted once, in its order, and starts what listens",
    async check(place) {
      await listening(place);
      await place.within("commit", async (tx) => {
        await post(place, tx, "a");
        await post(place, tx, "b");
        await place.act(tx, "Own");
      });
      assert.deepEqual(await accepted(place, 1), ["a accepted run of a"]);
      assert.deepEqual(await accepted(place), ["b accepted run of b"]);
      assert.deepEqual(await accepted(place), []);
      assert.deepEqual(await place.effects(), ["Own"]);
      const found = await place.store.run({ id: "run of a" });
      assert.deepEqual([found?.event.acceptedMs, found?.event.dueMs], [SAMPLE_MS + 7, SAMPLE_MS + 7]);
    },
  },
  {
    name: "what was sent in a transaction that was rolled back never was",
    async check(place) {
      await listening(place);
      await place.within("rollback", async (tx) => {
        await post(place, tx, "a");
        await place.act(tx, "Own");
      });
      assert.deepEqual([await accepted(place), await place.effects()], [[], []]);
      assert.equal((await place.store.runs({ limit: 10 })).length, 0);
    },
  },
  {
    name: "an id that was sent twice starts nothing twice, and one with other data is a conflict",
    async check(place) {
      await listening(place);
      await place.within("commit", async (tx) => {
        await post(place, tx, "a");
        await post(place, tx, "a");
        await post(place, tx, "a", "[2]");
      });
      assert.deepEqual(await accepted(place), ["a accepted run of a", "a duplicate run of a", "a conflict run of a"]);
      await place.within("rollback", async (tx) => {
        await assert.rejects(async () => post(place, tx, "a", "[3]"), { name: "EventConflictError" });
      });
    },
  },
  {
    name: "what a step's transaction sends is sent if and only if that is kept",
    async check(place) {
      await listening(place);
      await claimed(place);
      const sending = (id: string, token: number): Promise<TransactionEnd> =>
        transact(place, { key: id, token, body: (tx) => post(place, tx as object, id) });
      assert.equal(await sending("refused", 5), "refused");
      assert.equal(await sending("kept", 1), "kept");
      assert.deepEqual(await accepted(place), ["kept accepted run of kept"]);
    },
  },
  {
    name: "what is not of the store's database, or in no transaction, is told so, and nothing is sent",
    async check(place) {
      await acceptRuns(place.store, []);
      await assert.rejects(async () => post(place, {}, "a"), { name: "EventRefusedError" });
      let late: object | undefined;
      await place.within("commit", (tx) => {
        late = tx;
      });
      await assert.rejects(async () => post(place, late!, "a"), { name: "EventRefusedError" });
      assert.deepEqual(await accepted(place), []);
    },
  },
];

/** All that whoever asks a store for transactions may rely on. */
export const transactionContract: readonly TransactionCase[] = [...stepCases, ...outboxCases];
