// Effect 4 with a span for the event and one for each step: its own tracer, which nothing exports.
import { Effect } from "effect";
import { ALL_STEPS, EVENT, LOOP_STEPS, failing, first, second, third } from "../workloads.ts";

const step = (name, body) => Effect.withSpan(Effect.promise(body), name);

const three = () =>
  Effect.gen(function* () {
    const a = yield* step("a", () => first(EVENT));
    const b = yield* step("b", () => second(EVENT));
    const c = yield* step("c", () => third(EVENT));
    return a + b + c;
  });

const nine = () =>
  Effect.gen(function* () {
    const a = yield* Effect.withSpan(three(), "a");
    const b = yield* Effect.withSpan(three(), "b");
    const c = yield* Effect.withSpan(three(), "c");
    return a + b + c;
  });

const nested = () =>
  Effect.gen(function* () {
    const a = yield* Effect.withSpan(nine(), "a");
    const b = yield* Effect.withSpan(nine(), "b");
    const c = yield* Effect.withSpan(nine(), "c");
    return a + b + c;
  });

const loop = () =>
  Effect.gen(function* () {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += yield* step("a", () => first(EVENT));
    return total;
  });

const failure = () =>
  Effect.tryPromise({ try: () => failing(EVENT), catch: (error) => error }).pipe(
    Effect.withSpan("a"),
    Effect.catchTag("ServiceError", (error) => Effect.succeed(error.code)),
  );

const recovered = () =>
  Effect.gen(function* () {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += yield* failure();
    return total;
  });

const all = () =>
  Effect.gen(function* () {
    const steps = Array.from({ length: ALL_STEPS }, () => step("a", () => first(EVENT)));
    const values = yield* Effect.withSpan(Effect.all(steps, { concurrency: "unbounded" }), "all");
    return values.reduce((total, value) => total + value, 0);
  });

const begin = (effect) => Effect.runPromise(Effect.withSpan(effect, "event"));

/** @type {import("../workloads.ts").FullContestant} */
export default {
  sequence: () => begin(three()),
  nested: () => begin(nested()),
  loop: () => begin(loop()),
  recovered: () => begin(recovered()),
  all: () => begin(all()),
};
