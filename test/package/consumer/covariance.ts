// A step fits wherever a step with more failures, or with a wider value, is asked for (4.9).
import { step, type Step } from "surefoot";
import { Service1Error, Service2Error, UserError, ask1 } from "./billing.ts";
import { hasType } from "./same-type.ts";

type A = Service1Error;
type B = Service2Error;
declare const fails: Step<number, A>;
declare const cannotFail: Step<number, never>;

export const wider: Step<number, A | B> = fails;
export const widerValue: Step<number | string, A> = fails;
export const unknownFailure: Step<number, unknown> = fails;
export const unknownBoth: Step<unknown, unknown> = fails;
export const errorFailure: Step<number, Error> = fails;
export const anything: Step<any, any> = fails;
export const neverFits: Step<number, A> = cannotFail;
export const neverFitsUnion: Step<number, A | B> = cannotFail;
export const neverFitsUnknown: Step<number, unknown> = cannotFail;
export const neverFitsAny: Step<any, any> = cannotFail;
export const asPromise: Promise<number> = fails;
export const asPromiseLike: PromiseLike<unknown> = fails;

/** So it does as a type argument, in a list, and as what a function returns. */
export const list: readonly Step<number, A | B | UserError>[] = [fails, cannotFail, wider];
export const make: () => Step<number | string, A | B> = () => fails;
export function isStep(value: Step<any, any>): string {
  return value[Symbol.toStringTag];
}
isStep(fails);
isStep(cannotFail);
export const isAnyStep: typeof fails extends Step<any, any> ? true : false = true;

/** What `onError(Class)` returns reads like a step: awaited, yielded, returned, adopted, and as the promise that it is. */
const handle = () =>
  step
    .run("Ask", ask1)
    .possibleError(Service1Error, Service2Error)
    .onError(Service1Error, () => {});
export const handledAsPromise: Promise<number> = handle();
export const handledInside = step.run("Outer", function* (inner) {
  hasType<number>()(yield* handle());
  hasType<[number]>()(yield* inner.all([handle()]));
  return handle();
});
hasType<Step<number, A | B>>()(handledInside);
export const handledAwaited = step.run("Outer", async () => hasType<number>()(await handle()));
hasType<Step<void, never>>()(handledAwaited);

/** The choice between two steps needs its annotation, and takes it. */
declare const coin: boolean;
declare const other: Step<string, B>;
export const chosen: Step<number | string, A | B> = coin ? fails : other;
hasType<Step<number | string | undefined, never>>()(chosen.next());

/** Recursion needs one, too. */
export function countdown(n: number): Step<number, A> {
  return step.run("Count", function* () {
    if (n < 0) throw yield* new Service1Error({ status: n });
    return n === 0 ? 0 : yield* countdown(n - 1);
  });
}
