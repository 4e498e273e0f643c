// Effect 4's workflows on its cluster engine, one runner, on Postgres. Sending starts a run at once.
import { setTimeout as pause } from "node:timers/promises";
import { NodeCrypto } from "@effect/platform-node";
import { PgClient } from "@effect/sql-pg";
import { Effect, Layer, ManagedRuntime, Redacted, Schema } from "effect";
import { ClusterWorkflowEngine, SingleRunner } from "effect/cluster";
import { Activity, Workflow } from "effect/workflow";
import { Pool } from "pg";
import { endOf, firstValue, nameOf, stepsOf, work } from "../bodies.ts";
import { inParallel } from "../engine.ts";

const SENDERS = 32;
const CONNECTIONS = 20;
/** Its shards are taken some time after it started. */
const UNTIL_READY_MS = 3000;
// It takes part where no run sleeps.
const RUN_KINDS = ["three", "many"];

/** @type {import("../engine.ts").Contestant} */
const open = ({ postgres: url }) => {
  const workflows = Object.fromEntries(RUN_KINDS.map((kind) => [kind, workflowOf(kind)]));
  const bodies = RUN_KINDS.map((kind) => workflows[kind].toLayer(({ input }) => bodyOf(kind, input)));
  const runtime = ManagedRuntime.make(Layer.mergeAll(...bodies).pipe(Layer.provideMerge(engineOn(url))));
  const pool = new Pool({ connectionString: url, max: 1 });
  const execute = (kind, input, options) =>
    runtime.runPromise(workflows[kind].execute({ id: input.id, input }, options));
  return {
    sendingStarts: true,
    prepare: async () => {
      await runtime.runPromise(Effect.void);
      await pause(UNTIL_READY_MS);
    },
    start: async () => {},
    send: (kind, inputs) => inParallel(inputs, SENDERS, (input) => execute(kind, input, { discard: true })),
    ask: (kind, input) => execute(kind, input),
    completed: async () => {
      const { rows } = await pool.query(
        "select count(*)::int as count from cluster_messages where tag = 'run' and processed",
      );
      return rows[0].count;
    },
    stop: async () => {
      await Promise.race([runtime.dispose(), pause(2000)]);
      await pool.end();
    },
  };
};
export default open;

function workflowOf(name) {
  const payload = { id: Schema.String, input: Schema.Any };
  return Workflow.make(name, { payload, success: Schema.Any, idempotencyKey: ({ id }) => id });
}

function bodyOf(kind, input) {
  return Effect.gen(function* () {
    let value = firstValue(input);
    for (let index = 0; index < stepsOf(kind, input); index++) {
      const previous = value;
      const execute = Effect.promise(() => work(kind, index, input, previous));
      value = yield* Activity.make({ name: nameOf(kind, index), success: Schema.Any, execute });
    }
    return endOf(kind, input, value);
  });
}

function engineOn(url) {
  const database = PgClient.layer({ url: Redacted.make(url), maxConnections: CONNECTIONS });
  const runner = SingleRunner.layer({ shardingConfig: {}, runnerStorage: "memory" });
  return ClusterWorkflowEngine.layer.pipe(
    Layer.provideMerge(runner),
    Layer.provideMerge(database),
    Layer.provideMerge(NodeCrypto.layer),
  );
}
