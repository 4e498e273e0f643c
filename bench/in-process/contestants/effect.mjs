// Effect 4: a generator over promises, without spans.
import { Effect } from "effect";
import { ALL_STEPS, EVENT, LOOP_STEPS, failing, first, second, third } from "../workloads.ts";

const three = () =>
  Effect.gen(function* () {
    const a = yield* Effect.promise(() => first(EVENT));
    const b = yield* Effect.promise(() => second(EVENT));
    const c = yield* Effect.promise(() => third(EVENT));
    return a + b + c;
  });

const nine = () =>
  Effect.gen(function* () {
    const a = yield* three();
    const b = yield* three();
    const c = yield* three();
    return a + b + c;
  });

const nested = () =>
  Effect.gen(function* () {
    const a = yield* nine();
    const b = yield* nine();
    const c = yield* nine();
    return a + b + c;
  });

const loop = () =>
  Effect.gen(function* () {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += yield* Effect.promise(() => first(EVENT));
    return total;
  });

const failure = () =>
  Effect.tryPromise({ try: () => failing(EVENT), catch: (error) => error }).pipe(
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
    const steps = Array.from({ length: ALL_STEPS }, () => Effect.promise(() => first(EVENT)));
    const values = yield* Effect.all(steps, { concurrency: "unbounded" });
    return values.reduce((total, value) => total + value, 0);
  });

/** @type {import("../workloads.ts").FullContestant} */
export default {
  sequence: () => Effect.runPromise(three()),
  nested: () => Effect.runPromise(nested()),
  loop: () => Effect.runPromise(loop()),
  recovered: () => Effect.runPromise(recovered()),
  all: () => Effect.runPromise(all()),
};
