// What was among random values: a green run that looked at nothing would show here.

import { printFigure } from "../figures.ts";

/** Counts, by kind, in how many of the values looked at it was found. */
export class Census {
  readonly #counts = new Map<string, number>();

  note(finding: string, count = 1): void {
    this.#counts.set(finding, this.count(finding) + count);
  }
  noteKindsOf(value: unknown): void {
    for (const kind of kindsIn(value)) this.note(kind);
  }
  count(finding: string): number {
    return this.#counts.get(finding) ?? 0;
  }
  /** Which of these were never found. */
  missing(findings: readonly string[]): readonly string[] {
    return findings.filter((finding) => this.count(finding) === 0);
  }
  /** Hands the counts over, for the evidence. */
  print(what: string): void {
    const entries = [...this.#counts].toSorted(([left], [right]) => left.localeCompare(right));
    for (const [finding, count] of entries) printFigure(`${what}: ${finding}`, count);
  }
}

/** Whether an error is a part of its own parts. */
export function holdsCyclicError(value: unknown): boolean {
  const seen = new Set<object>();
  const around = new Set<object>();
  const visit = (part: unknown): boolean => {
    if (typeof part !== "object" || part === null) return false;
    if (seen.has(part)) return part instanceof Error && around.has(part);
    seen.add(part);
    around.add(part);
    const isFound = [...partsOf(part)].some(visit);
    around.delete(part);
    return isFound;
  };
  return visit(value);
}

/** The kinds of a value's parts, and what else is special about it. */
function kindsIn(value: unknown): ReadonlySet<string> {
  const kinds = new Set<string>();
  walk(value, kinds, new Set(), new Set());
  return kinds;
}

function walk(value: unknown, kinds: Set<string>, around: Set<object>, seen: Set<object>): void {
  if (typeof value !== "object" || value === null) {
    kinds.add(atomKind(value));
    return;
  }
  if (around.has(value)) kinds.add("cycle");
  else if (seen.has(value)) kinds.add("shared");
  if (seen.has(value)) return;
  seen.add(value);
  around.add(value);
  for (const kind of objectKinds(value)) kinds.add(kind);
  for (const part of partsOf(value)) walk(part, kinds, around, seen);
  around.delete(value);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function atomKind(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "string" && LONE_SURROGATE.test(value)) return "lone surrogate";
  if (typeof value === "string" && value.includes("\0")) return "NUL";
  return value === null ? "null" : typeof value;
}

function objectKinds(value: object): readonly string[] {
  const kind = Buffer.isBuffer(value) ? "Buffer" : Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value))
    return value.byteLength < value.buffer.byteLength ? [kind, "part of a buffer"] : [kind];
  if (value instanceof Date) return [Number.isNaN(value.getTime()) ? "invalid Date" : "Date"];
  if (Array.isArray(value)) return Object.keys(value).length < value.length ? [kind, "sparse Array"] : [kind];
  return [Object.getPrototypeOf(value) === null ? "null prototype" : kind];
}

function partsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return value;
  if (ArrayBuffer.isView(value)) return [];
  return value instanceof Error ? [value.cause, ...Object.values(value)] : Object.values(value);
}
