// Whether a part is in an event's data, compared by value: fields have no order, lists are compared whole. Pure.

export function isWithinData(part: object | undefined, data: unknown): boolean {
  if (part === undefined) return true;
  if (typeof data !== "object" || data === null) return false;
  return Object.entries(part).every(([name, wanted]: readonly [string, unknown]) => {
    if (!Object.hasOwn(data, name)) return false;
    const found = (data as Readonly<Record<string, unknown>>)[name];
    return isPlainObject(wanted) && Object.keys(wanted).length > 0
      ? isWithinData(wanted, found)
      : isSame(wanted, found);
  });
}

function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (left instanceof Date && right instanceof Date) return Object.is(left.getTime(), right.getTime());
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, place) => isSame(item, right[place]));
  if (!isPlainObject(left) || !isPlainObject(right)) return false;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && isWithinData(left, right);
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
