// What nothing is cancelled by, and what a run cannot be started with.
import { createApp } from "surefoot";

const app = createApp({ name: "works" });

// @ts-expect-error TS2322|TS2769: Type 'string' is not assignable to type
app.createFunction({ name: "A", cancelOn: [{ event: "e", if: "true" }] }, { event: "e" }, () => 1);
// @ts-expect-error TS2769|TS2322: Type 'string' is not assignable to type
app.createFunction({ name: "B", onFailure: "tell" }, { event: "e" }, () => 1);
// @ts-expect-error TS2322|TS2769: Type 'string' is not assignable to type
void app.send({ name: "e", ts: "tomorrow" });
// @ts-expect-error TS2322|TS2769: Type 'number' is not assignable to type
void app.send({ name: "e", id: 7 });

app.createFunction({ name: "C" }, { event: "e" }, function* ({ step }) {
  // @ts-expect-error TS2322|TS2769: Type 'string' is not assignable to type
  yield* step.run({ name: "D", atMostOnce: "yes" }, () => 1);
  // @ts-expect-error TS2345: Argument of type 'number' is not assignable to parameter of type 'string'
  yield* step.patched(1);
});
