// Hears of each call of a method, from whatever object.

/** Calls `heard` with what each call was given and gave. Returns what ends it. */
export function listenToCalls<Target extends object>(
  target: Target,
  method: keyof Target & string,
  heard: (args: readonly unknown[], given: unknown) => void,
): () => void {
  const original = target[method] as (...args: readonly unknown[]) => unknown;
  const replace = (call: unknown): void => void Object.assign(target, { [method]: call });
  replace(function (this: Target, ...args: readonly unknown[]): unknown {
    const given = original.apply(this, [...args]);
    heard(args, given);
    return given;
  });
  return () => replace(original);
}
