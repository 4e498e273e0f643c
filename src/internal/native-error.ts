/** Whether a value is a real error object: of any class, any realm and any copy of a package. */
export function isNativeError(value: unknown): value is Error {
  return (
    typeof value === "object" &&
    value !== null &&
    (value instanceof Error || Object.prototype.toString.call(value) === "[object Error]")
  );
}
