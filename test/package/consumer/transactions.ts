// What the body of a `step.transaction` is handed, by the app's store, and what the step gives.
import { createApp, step, StepTimeoutError, TaggedError, type AppStore, type Step, type StepTools } from "surefoot";
import { memory } from "surefoot/memory";
import { sqlite, type SqliteTransaction } from "surefoot/sqlite";
import { hasType } from "./same-type.ts";

class OutOfStock extends TaggedError("OutOfStock")<{ sku: string }> {}
class Closed extends TaggedError("Closed") {}

const app = createApp({ name: "shop", store: sqlite("shop.db") });
export const reserve = app.createFunction({ name: "Reserve" }, { event: "reserve" }, function* ({ step }) {
  const plain = step.transaction("Plain", (tx) => {
    hasType<SqliteTransaction>()(tx);
    return tx.run("update stock set count = 1").changes;
  });
  hasType<Step<number | bigint, never>>()(plain);
  const typed = step.transaction("Typed", function* (tx) {
    if (tx.get("select 1") === undefined) throw yield* new OutOfStock({ sku: "a" });
    return "reserved";
  });
  hasType<Step<string, OutOfStock>>()(typed);
  const declared = step.transaction({ name: "Declared", timeout: "1s", errors: [Closed] }, (tx) => tx.all("select 1"));
  hasType<OutOfStock | Closed | StepTimeoutError>()(null as unknown as FailureIn<typeof typed | typeof declared>);
  const inside = yield* step.run("Inside", function* (inner) {
    return yield* inner.transaction("Deeper", (tx) => {
      hasType<SqliteTransaction>()(tx);
      return 1;
    });
  });
  yield* step.all({
    left: (branch) => branch.transaction("Left", (tx) => hasType<SqliteTransaction>()(tx)),
    right: step.map([1], (item, mapped) => mapped.transaction("Right", (tx) => tx.run("select ?", item).changes)),
  });
  yield* service(step);
  yield* declared;
  return [yield* plain, yield* typed, inside] as const;
});
type FailureIn<S> = S extends Step<any, infer Failure> ? Failure : never;

// A service's own step, and an imported one, know no store: the type of `tx` is written down.
function service(tools: StepTools) {
  return tools.transaction("Service", (tx: SqliteTransaction) => tx.get("select 1"));
}
export const imported = step.transaction("Imported", (tx: SqliteTransaction) => tx.all("select 1").length);
hasType<Step<number, never>>()(imported);

// Without transactions there is nothing to be handed.
createApp({ name: "none" }).createFunction({ name: "None" }, { event: "none" }, function* ({ step }) {
  yield* step.transaction("None", (tx) => hasType<never>()(tx));
});
createApp({ name: "test", store: memory() }).createFunction({ name: "Test" }, { event: "test" }, function* ({ step }) {
  yield* step.transaction("Test", (tx) => hasType<never>()(tx));
});
// One of two stores: the functions are written for the one that has transactions.
declare const isTest: boolean;
const either = createApp({ name: "either", store: isTest ? memory() : sqlite("either.db") });
either.createFunction({ name: "Either" }, { event: "either" }, function* ({ step }) {
  yield* step.transaction("Either", (tx) => hasType<SqliteTransaction>()(tx));
});
// A store of which nothing more is said.
declare const store: AppStore;
createApp({ name: "any", store }).createFunction({ name: "Any" }, { event: "any" }, function* ({ step }) {
  yield* step.transaction("Any", (tx: SqliteTransaction) => tx.exec("select 1"));
});

declare const connection: { prepare(sql: string): { run(...values: unknown[]): unknown } };
export const sent: Promise<{ readonly ids: string[] }> = app.send({ name: "reserve" }, { tx: connection });
