/** Whether `await` would wait for a value. Throws what reading it throws. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject && typeof (value as { readonly then?: unknown }).then === "function";
}
