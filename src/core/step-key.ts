// Keys: what a step is known by in its run. A path of names, with the occurrence of a name that repeats. Pure.

/** The segment under which the steps of a step's `onError` handlers live. No name can collide with it: `~` is escaped in names. */
export const HANDLER_SEGMENT = "~onError";

/**
 * The key of the `occurrence`-th step of a name (from 1) under a parent; the name is escaped already. The function itself has the
 * key `""`.
 */
export function childKey(parent: string, escaped: string, occurrence: number): string {
  const segment = occurrence === 1 ? escaped : `${escaped}#${occurrence}`;
  return parent === "" ? segment : `${parent}/${segment}`;
}

/** Where a step's handlers keep their steps. */
export function handlerKey(key: string): string {
  return key === "" ? HANDLER_SEGMENT : `${key}/${HANDLER_SEGMENT}`;
}

/** The keys of all ancestors of a step, nearest first, without the function's own. */
export function ancestorKeys(key: string): string[] {
  const ancestors: string[] = [];
  for (let slash = key.lastIndexOf("/"); slash > 0; slash = key.lastIndexOf("/", slash - 1)) {
    ancestors.push(key.slice(0, slash));
  }
  return ancestors;
}

/** The key of the parent, `""` for a step of the function's own body. */
export function parentKey(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf("/")));
}

/** The name that the last segment was made of, without its occurrence. */
export function nameInKey(key: string): string {
  const segment = key.slice(key.lastIndexOf("/") + 1);
  return segment
    .replace(/#\d+$/, "")
    .replace(/~(?:u([\da-f]{4})|([012]))/g, (_escape, code: string | undefined, short: string) =>
      code === undefined ? "~/#"[Number(short)]! : String.fromCharCode(Number.parseInt(code, 16)),
    );
}

// Control characters and lone surrogates are escaped too, so that every store keeps every key.
const ESCAPED = /[~/#\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { "~": "~0", "/": "~1", "#": "~2" };

/** A name as it stands in keys. */
export function escapeName(name: string): string {
  return name.replace(
    ESCAPED,
    (text) => SHORT_ESCAPES[text] ?? `~u${text.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
