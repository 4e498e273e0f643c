// typescript-result 3: `Result.gen` over a generator; a step is an AsyncResult.
import { Result } from "typescript-result";
import { ALL_STEPS, EVENT, LOOP_STEPS, failing, first, second, third } from "../workloads.ts";

const step = (body) =>
  Result.try(
    () => body(EVENT),
    (error) => error,
  );

const three = () =>
  Result.gen(function* () {
    const a = yield* step(first);
    const b = yield* step(second);
    const c = yield* step(third);
    return a + b + c;
  });

const nine = () =>
  Result.gen(function* () {
    const a = yield* three();
    const b = yield* three();
    const c = yield* three();
    return a + b + c;
  });

const nested = () =>
  Result.gen(function* () {
    const a = yield* nine();
    const b = yield* nine();
    const c = yield* nine();
    return a + b + c;
  });

const loop = () =>
  Result.gen(function* () {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += yield* step(first);
    return total;
  });

const recovered = () =>
  Result.gen(function* () {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += yield* step(failing).recover((error) => error.code);
    return total;
  });

const all = () =>
  Result.gen(function* () {
    const values = yield* Result.all(...Array.from({ length: ALL_STEPS }, () => step(first)));
    return values.reduce((total, value) => total + value, 0);
  });

const valueOf = async (result) => (await result).getOrThrow();

/** @type {import("../workloads.ts").FullContestant} */
export default {
  sequence: () => valueOf(three()),
  nested: () => valueOf(nested()),
  loop: () => valueOf(loop()),
  recovered: () => valueOf(recovered()),
  all: () => valueOf(all()),
};
