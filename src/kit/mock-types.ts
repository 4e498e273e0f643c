// What a step can be mocked with. Types only.
import type { FailureOf, Raises, ValueOf } from "../core/step-algebra.ts";

type GivenBy<Mocked> = Mocked extends (...args: never) => infer Given ? Given : Mocked;
type Given<Value, Failure> =
  | Value
  | PromiseLike<Value>
  | Generator<Raises<Failure>, Value, any>
  | AsyncGenerator<Raises<Failure>, Value, any>;

/**
 * What stands in for the body of a step: its value, an error that it fails with, or another body.
 *
 * `Mocked` is the type of the step, or of a function that gives it: then only what this step gives and fails with is taken.
 */
export type MockOf<Mocked> = unknown extends Mocked
  ? any
  :
      | ValueOf<GivenBy<Mocked>>
      | FailureOf<GivenBy<Mocked>>
      | ((...args: any[]) => Given<ValueOf<GivenBy<Mocked>>, FailureOf<GivenBy<Mocked>>>);

/** A step that is mocked. */
export interface StepMock {
  /** How often the mock was entered instead of the body. */
  readonly calls: number;
}
