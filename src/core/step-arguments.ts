// What the arguments of a call say of its step's type: options, limits, branches. Types only.
import type { StepInterruptedError, StepTimeoutError, UnexpectedError } from "./errors.ts";
import type { CaughtBy, ErrorClass, FailureOf, NoSuchOption, NotAFailureOf, ValueOf } from "./step-algebra.ts";
import type { StepOptions } from "./step-options.ts";

/** A step needs one of the two. */
export type WithName = { readonly id: string } | { readonly name: string };
/** Refuses an option that there is not. */
export type OnlyStepOptions<Options> = {
  readonly [Key in Exclude<keyof Options, keyof StepOptions>]: NoSuchOption<Key>;
};
type InterruptionOf<Options> = Options extends { readonly atMostOnce?: infer Flag }
  ? unknown extends Flag
    ? never
    : [Flag] extends [false | undefined]
      ? never
      : StepInterruptedError
  : never;
type TimeoutOf<Options> = Options extends { readonly timeout?: infer Timeout }
  ? unknown extends Timeout
    ? never
    : [Timeout] extends [undefined]
      ? never
      : StepTimeoutError
  : never;
/** What a step can fail with because of its options: a timeout, an interruption. */
export type LimitsOf<Options> = TimeoutOf<Options> | InterruptionOf<Options>;
/** The errors that options list. */
export type ErrorsOf<Options> = Options extends { readonly errors: readonly (infer Class)[] }
  ? InstanceOf<Class>
  : never;
type InstanceOf<Class> = Class extends ErrorClass<infer Instance> ? Instance : never;
/** The errors that a body is checked against: those listed, or anything. */
export type ListedIn<Options> = Options extends { readonly errors: readonly unknown[] } ? ErrorsOf<Options> : unknown;

/** What a branch gives. */
export type ValueOfBranch<B> = B extends (...args: never) => infer Body ? ValueOf<Body> : ValueOf<B>;
/** What a branch can fail with. */
export type FailureOfBranch<B> = B extends (...args: never) => infer Body ? FailureOf<Body> : FailureOf<B>;
/** One of the branches. */
export type BranchIn<B> = B extends readonly unknown[] ? B[number] : B[keyof B];
/** What all of the branches give. */
export type ValuesOf<B> = B extends unknown ? { -readonly [Key in keyof B]: ValueOfBranch<B[Key]> } : never;

/** What `.result()` gives: a value, or the error that the step ended with. */
export type Result<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure | UnexpectedError };

/** Refuses a class that a handler can never be given. */
export type Nameable<Failure, Class extends ErrorClass> = [
  Extract<Failure | UnexpectedError, InstanceType<Class>>,
] extends [never]
  ? NotAFailureOf<Failure>
  : unknown;
/** What `next` can be given instead of a value. */
export type Mapper<Failure, Data> = (error: Failure) => Data | PromiseLike<Data>;
/** What a handler of a class is given of the failures. */
export type CaughtByClass<Failure, Class extends ErrorClass> = CaughtBy<Failure | UnexpectedError, InstanceType<Class>>;
