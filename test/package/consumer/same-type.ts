// How a program states a type: exactly this one, neither wider nor narrower, and not `any`.
type Same<Actual, Expected> =
  (<T>(value: T) => T extends Actual ? 1 : 2) extends <T>(value: T) => T extends Expected ? 1 : 2 ? true : false;

/** `hasType<Expected>()(value)` compiles only if the type of `value` is `Expected`. */
export function hasType<Expected>() {
  return <Actual>(
    value: Actual,
    ...difference: Same<Actual, Expected> extends true ? [] : [{ actual: Actual; expected: Expected }]
  ): void => void [value, difference];
}
