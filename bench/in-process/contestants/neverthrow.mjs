// neverthrow 8: `safeTry` over an async generator; a step is a ResultAsync.
import { ResultAsync, ok, safeTry } from "neverthrow";
import { ALL_STEPS, EVENT, LOOP_STEPS, failing, first, second, third } from "../workloads.ts";

const step = (body) => ResultAsync.fromPromise(body(EVENT), (error) => error);

const three = () =>
  safeTry(async function* () {
    const a = yield* step(first);
    const b = yield* step(second);
    const c = yield* step(third);
    return ok(a + b + c);
  });

const nine = () =>
  safeTry(async function* () {
    const a = yield* three();
    const b = yield* three();
    const c = yield* three();
    return ok(a + b + c);
  });

const nested = () =>
  safeTry(async function* () {
    const a = yield* nine();
    const b = yield* nine();
    const c = yield* nine();
    return ok(a + b + c);
  });

const loop = () =>
  safeTry(async function* () {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += yield* step(first);
    return ok(total);
  });

const recovered = () =>
  safeTry(async function* () {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += yield* step(failing).orElse((error) => ok(error.code));
    return ok(total);
  });

const all = () =>
  safeTry(async function* () {
    const values = yield* ResultAsync.combine(Array.from({ length: ALL_STEPS }, () => step(first)));
    return ok(values.reduce((total, value) => total + value, 0));
  });

const valueOf = async (result) => (await result)._unsafeUnwrap();

/** @type {import("../workloads.ts").FullContestant} */
export default {
  sequence: () => valueOf(three()),
  nested: () => valueOf(nested()),
  loop: () => valueOf(loop()),
  recovered: () => valueOf(recovered()),
  all: () => valueOf(all()),
};
