// better-result 3: `Result.gen` over an async generator, with `Result.await`.
import { Result } from "better-result";
import { ALL_STEPS, EVENT, LOOP_STEPS, failing, first, second, third } from "../workloads.ts";

const attempt = (body) => Result.tryPromise({ try: () => body(EVENT), catch: (error) => error });
const step = (body) => Result.await(attempt(body));

const three = () =>
  Result.gen(async function* () {
    const a = yield* step(first);
    const b = yield* step(second);
    const c = yield* step(third);
    return Result.ok(a + b + c);
  });

const nine = () =>
  Result.gen(async function* () {
    const a = yield* Result.await(three());
    const b = yield* Result.await(three());
    const c = yield* Result.await(three());
    return Result.ok(a + b + c);
  });

const nested = () =>
  Result.gen(async function* () {
    const a = yield* Result.await(nine());
    const b = yield* Result.await(nine());
    const c = yield* Result.await(nine());
    return Result.ok(a + b + c);
  });

const loop = () =>
  Result.gen(async function* () {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) total += yield* step(first);
    return Result.ok(total);
  });

const recovered = () =>
  Result.gen(async function* () {
    let total = 0;
    for (let i = 0; i < LOOP_STEPS; i++) {
      const recovery = attempt(failing).then((result) => result.tryRecover((error) => Result.ok(error.code)));
      total += yield* Result.await(recovery);
    }
    return Result.ok(total);
  });

const all = () =>
  Result.gen(async function* () {
    const results = await Promise.all(Array.from({ length: ALL_STEPS }, () => attempt(first)));
    const values = yield* Result.all(results);
    return Result.ok(values.reduce((total, value) => total + value, 0));
  });

const valueOf = async (result) => (await result).unwrap();

/** @type {import("../workloads.ts").FullContestant} */
export default {
  sequence: () => valueOf(three()),
  nested: () => valueOf(nested()),
  loop: () => valueOf(loop()),
  recovered: () => valueOf(recovered()),
  all: () => valueOf(all()),
};
