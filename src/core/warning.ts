// Warnings for developers: each is given once in a process.

const given = new Set<string>();

/** Warns once for each `subject`. */
export function warnOnce(subject: string, message: string): void {
  if (given.has(subject)) return;
  given.add(subject);
  const text = `surefoot: ${message}`;
  if (typeof globalThis.process?.emitWarning === "function") process.emitWarning(text, { code: "SUREFOOT" });
  else console.warn(text);
}
