/** Whether a value is a real error object: of any class, any realm and any copy of a package. */
export function isNativeError(value: unknown): value is Error {
  if (typeof value !== "object" || value === null) return false;
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
  } catch {
    return false; // a proxy that is revoked
  }
}
