// What transactions do not take.
import { createApp } from "surefoot";
import { sqlite } from "surefoot/sqlite";

const app = createApp({ name: "shop", store: sqlite("shop.db") });
export const reserve = app.createFunction({ name: "Reserve" }, { event: "reserve" }, function* ({ step }) {
  // @ts-expect-error TS2339: commit
  yield* step.transaction("Commit", (tx) => tx.commit());
  // @ts-expect-error TS2353|TS2322|TS2345|TS2769: timeuot
  yield* step.transaction({ name: "Misspelt", timeuot: "1s" }, (tx) => tx.run("select 1"));
  // @ts-expect-error TS2554|TS2575|TS2769: arguments
  yield* step.transaction("Bodiless");
});
createApp({ name: "none" }).createFunction({ name: "None" }, { event: "none" }, function* ({ step }) {
  // @ts-expect-error TS2339: run
  yield* step.transaction("None", (tx) => tx.run("select 1"));
});
// @ts-expect-error TS2322|TS2345|TS2769: string
void app.send({ name: "reserve" }, { tx: "shop.db" });
