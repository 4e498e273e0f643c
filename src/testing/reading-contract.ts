// The store's contract: what is read back, and what outlives a connection. Part of store-contract.ts.
import assert from "node:assert/strict";
import { encodeValue } from "../core/value-codec.ts";
import { SAMPLE_MS, sampleEvent, sampleStep } from "./journal-samples.ts";
import {
  ASLEEP,
  COMPLETED,
  FUNCTION_ID,
  OTHER_FUNCTION_ID,
  acceptRuns,
  assertRun,
  claim,
  claimedRuns,
  enter,
  idsOf,
  keep,
  keysOf,
  runOf,
  write,
  type StoreCase,
} from "./store-case.ts";

const HOSTILE_TEXTS = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "'; drop table surefoot_run; --",
  `"double" and 'single' and \`back\``,
  "two\nlines\r\n\ttab",
  "🦶 Füße 足 é e\u0301 \u202e",
  "\\u0000 \\ %s ? $1 :name @x",
  "null",
  "[1]",
  "\ufeff\ufffe\uffff",
];
/** What only an encoded value may hold. */
const LONE_SURROGATES = ["\ud800", "a\udc00b", "\udfff\ud800"];

const listCases: readonly StoreCase[] = [
  {
    name: "what there is not is not found",
    async check(openStore) {
      const store = await openStore();
      assert.equal(await store.run({ id: "unknown" }), undefined);
      assert.deepEqual(await store.records({ id: "unknown" }), []);
      assert.deepEqual(await store.runs({ limit: 10 }), []);
      assert.deepEqual([...(await store.functionNames())], []);
    },
  },
  {
    name: "runs are listed newest first, each with its event, by any filter and all of them together",
    async check(openStore) {
      const store = await openStore();
      await acceptRuns(store, ["a", "b"]);
      await enter(store, "worker-1");
      await claim(store, "worker-1", { limit: 1 });
      await acceptRuns(store, ["c"], { functionId: OTHER_FUNCTION_ID });
      const list = async (filter: object) => (await store.runs({ limit: 10, ...filter })).map(({ run }) => run.id);
      assert.deepEqual(await list({}), ["c", "b", "a"]);
      assert.deepEqual(await list({ limit: 2 }), ["c", "b"]);
      assert.deepEqual(await list({ status: "queued" }), ["c", "b"]);
      assert.deepEqual(await list({ functionId: FUNCTION_ID }), ["b", "a"]);
      assert.deepEqual(await list({ eventId: "a" }), ["a"]);
      assert.deepEqual(await list({ functionId: FUNCTION_ID, status: "queued" }), ["b"]);
      assert.deepEqual(await list({ eventId: "a", status: "queued" }), []);
      assert.deepEqual(
        await list({ eventId: undefined, functionId: undefined, status: undefined, before: undefined }),
        ["c", "b", "a"],
      );
      for (const { run, event } of await store.runs({ limit: 10 })) assert.equal(event.id, run.eventId);
    },
  },
  {
    name: "runs that have not ended are counted by what they are doing",
    async check(openStore) {
      const store = await openStore();
      assert.deepEqual([...(await store.counts())], []);
      await acceptRuns(store, ["a", "b", "c", "d"]);
      await acceptRuns(store, ["e"], { functionId: OTHER_FUNCTION_ID });
      await enter(store, "worker-1");
      const claimed = await claim(store, "worker-1", { limit: 3 });
      const [first, second] = idsOf(claimed);
      await keep(store, { runId: first!, token: 1, records: [], change: ASLEEP });
      await keep(store, { runId: second!, token: 1, records: [], change: COMPLETED });
      assert.deepEqual(
        [...(await store.counts())].toSorted(([one], [other]) => one.localeCompare(other)),
        [
          ["queued", 2],
          ["running", 1],
          ["sleeping", 1],
        ],
      );
    },
  },
  {
    name: "pages leave no run out and give none twice, also while more are accepted",
    async check(openStore) {
      const store = await openStore();
      const ids = Array.from({ length: 25 }, (_nothing, place) => `run-${place}`);
      await acceptRuns(store, ids);
      const seen: string[] = [];
      let before: number | undefined;
      for (
        let page = await store.runs({ limit: 10 });
        page.length > 0;
        page = await store.runs({ limit: 10, before })
      ) {
        seen.push(...page.map(({ run }) => run.id));
        before = page.at(-1)!.run.position;
        await acceptRuns(store, [`later-${before}`]);
      }
      assert.deepEqual(seen, ids.toReversed());
    },
  },
  {
    name: "positions grow in the order of acceptance, whatever the time says",
    async check(openStore) {
      const store = await openStore();
      await acceptRuns(store, ["a"], { acceptedMs: SAMPLE_MS + 5 });
      await acceptRuns(store, ["b"], { acceptedMs: SAMPLE_MS });
      assert.ok((await runOf(store, "b")).position > (await runOf(store, "a")).position);
      assert.deepEqual(
        (await store.runs({ limit: 10 })).map(({ run }) => run.id),
        ["b", "a"],
      );
    },
  },
  {
    name: "what was read is of then: what happens later does not change it",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      const [found, list, records, names, workers] = await Promise.all([
        store.run({ id: "a" }),
        store.runs({ limit: 10 }),
        store.records({ id: "a" }),
        store.functionNames(),
        store.workers(),
      ]);
      await keep(store, { runId: "a", records: [sampleStep()], change: COMPLETED });
      await store.register({ app: "app", functions: [{ id: FUNCTION_ID, name: "Charge", events: [], schedules: [] }] });
      await store.beat({ incarnation: "worker-1" });
      assert.deepEqual([found?.run.status, list[0]?.run.status], ["running", "running"]);
      assert.deepEqual([records.length, names.size, workers[0]?.beats], [0, 0, 0]);
    },
  },
];

const textCases: readonly StoreCase[] = [
  {
    name: "every text comes back as it was given, and lone surrogates inside encoded values",
    async check(openStore) {
      const store = await openStore();
      for (const [place, text] of [...HOSTILE_TEXTS, ...LONE_SURROGATES].entries()) {
        const id = `run-${place}`;
        const encoded = encodeValue({ [text]: text });
        const plain = LONE_SURROGATES.includes(text) ? "plain" : text;
        const event = sampleEvent({ id, name: plain, data: encoded, user: encoded, context: encoded, version: plain });
        await store.accept({ events: [event], functionId: FUNCTION_ID, runId: () => id });
        await enter(store, `worker ${place} ${plain}`);
        const [claimed] = await claim(store, `worker ${place} ${plain}`);
        assert.deepEqual(claimed!.event, event);
        const record = sampleStep({
          key: `Charge ${place}`,
          name: plain,
          value: encoded,
          error: encoded,
          notes: { description: plain, tags: [plain], attributes: { [plain]: plain } },
          refs: { kind: "list", keys: [plain] },
        });
        const end = { ...COMPLETED, output: encoded, error: encoded };
        await keep(
          store,
          { runId: id, token: claimed!.run.token, records: [record], change: end },
          `worker ${place} ${plain}`,
        );
        assert.deepEqual(await store.records({ id }), [record]);
        await assertRun(store, id, { output: encoded, error: encoded });
      }
    },
  },
  {
    name: "hostile ids and names are as good as any",
    async check(openStore) {
      const store = await openStore();
      const texts = HOSTILE_TEXTS.filter((text) => text !== "");
      for (const text of texts) {
        const definition = { id: `app/${text}`, name: text, events: [text], schedules: [] };
        await store.register({ app: text, functions: [definition] });
        const events = [sampleEvent({ id: text, name: text })];
        const [accepted] = await store.accept({ events, runId: ({ id }) => `run of ${id}` });
        assert.deepEqual(accepted!.runs, [{ id: `run of ${text}`, functionId: `app/${text}` }], JSON.stringify(text));
        await store.enterWorker({
          incarnation: text,
          app: text,
          beats: 0,
          process: text,
          functionIds: [`app/${text}`],
          versions: { [`app/${text}`]: text },
        });
        const claimed = await claim(store, text, { functionIds: [`app/${text}`] });
        assert.deepEqual(idsOf(claimed), [`run of ${text}`], JSON.stringify(text));
      }
      assert.equal((await store.functionNames()).size, texts.length);
    },
  },
  {
    name: "a value of 3 MB, and a commit of 12 MB, come back as they were given",
    async check(openStore) {
      const store = await openStore();
      const value = encodeValue("🦶x".repeat(500_000));
      await store.accept({
        events: [sampleEvent({ id: "a", data: value })],
        functionId: FUNCTION_ID,
        runId: () => "a",
      });
      await enter(store, "worker-1");
      await claim(store, "worker-1");
      const records = ["A", "B", "C", "D"].map((key) => sampleStep({ key, value }));
      await keep(store, { runId: "a", records, change: { ...COMPLETED, output: value } });
      const found = await store.run({ id: "a" });
      assert.ok(found?.event.data === value && found.run.output === value);
      for (const record of await store.records({ id: "a" })) assert.ok(record.value === value);
    },
  },
];

const placeCases: readonly StoreCase[] = [
  {
    name: "what was kept is there when the store is opened again; opening twice does nothing",
    async check(openStore) {
      const first = await openStore();
      await first.register({
        app: "app",
        functions: [{ id: FUNCTION_ID, name: "Charge", events: ["invoice.created"], schedules: [] }],
      });
      await claimedRuns(first, ["a", "b"]);
      await keep(first, { runId: "a", saveId: 3, records: [sampleStep()], change: ASLEEP });
      await first.close();
      const store = await openStore();
      await store.open();
      await assertRun(store, "a", { status: "sleeping", dueMs: SAMPLE_MS + 60_000 });
      await assertRun(store, "b", { status: "running", owner: "worker-1" });
      assert.deepEqual(await store.records({ id: "a" }), [sampleStep()]);
      assert.deepEqual(await store.saved({ incarnation: "worker-1", runIds: ["a"] }), [3]);
      assert.equal(await store.beat({ incarnation: "worker-1" }), true);
      assert.equal(await write(store, { runId: "b", records: [sampleStep()] }), "kept");
      assert.equal((await store.functionNames()).get(FUNCTION_ID), "Charge");
    },
  },
  {
    name: "what one connection has kept, another sees at once, and is fenced by",
    async check(openStore) {
      const [here, there] = [await openStore(), await openStore()];
      await claimedRuns(here, ["a"]);
      await keep(here, { runId: "a", records: [sampleStep()] });
      assert.deepEqual(await keysOf(there, "a"), ["Charge"]);
      assert.equal(await write(there, { runId: "a", records: [sampleStep()] }), "refused");
      await there.buryWorker({ incarnation: "worker-1", description: "process 7 on web-1", nowMs: SAMPLE_MS });
      assert.equal(await write(here, { runId: "a", records: [sampleStep({ key: "B" })] }), "refused");
      assert.equal(await here.beat({ incarnation: "worker-1" }), false);
    },
  },
];

export const readingCases: readonly StoreCase[] = [...listCases, ...textCases, ...placeCases];
