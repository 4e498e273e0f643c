/**
 * Where `callee` was called: `file:line:column`, without a reload's query, or `undefined` where the engine does not say.
 */
export function callSiteOf(callee: (...args: never) => unknown): string | undefined {
  const capture = (Error as { captureStackTrace?: (holder: object, above: unknown) => void }).captureStackTrace;
  if (capture === undefined) return undefined;
  const holder: { stack?: string } = {};
  capture(holder, callee);
  const frame = holder.stack?.split("\n")[1];
  const place = frame
    ?.slice(frame.lastIndexOf("(") + 1)
    .replace(/^\s*at (async )?/, "")
    .replace(/\)$/, "");
  return place?.replace(/\?[^:]*/, "");
}
