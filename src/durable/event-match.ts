// Which events a wait is for: a partial of an event's data, as the paths in it and a digest of what stands there. Pure.
//
//   E1. Two are equal where their encoded values are: stores look matching waits up by equality, and never by looking at each.
import { digest128 } from "../core/digest.ts";
import { encodeValue } from "../core/value-codec.ts";

/** As a store keeps it. */
export interface EventMatch {
  /** Sorted, as a text: waits with the same paths are looked up together. */
  readonly paths: string;
  readonly digest: string;
}

type Path = readonly string[];

/** What a partial asks for: each of its leaves. Lists are compared whole. */
export function matchOf(partial: object): EventMatch {
  const leaves = leavesOf(partial, []).toSorted(([left], [right]) => compareTexts(textOf(left), textOf(right)));
  const paths = JSON.stringify(leaves.map(([path]) => path));
  return { paths, digest: digestOf(leaves.map(([, value]) => value)) };
}

/** The digest of what stands at these paths in an event's data; undefined where it has not got all of them. */
export function digestAt(paths: string, data: unknown): string | undefined {
  const values: unknown[] = [];
  for (const path of JSON.parse(paths) as readonly Path[]) {
    const found = valueAt(data, path);
    if (found === undefined) return undefined;
    values.push(found.value);
  }
  return digestOf(values);
}

function leavesOf(partial: object, path: Path): readonly (readonly [Path, unknown])[] {
  return Object.entries(partial).flatMap(([name, value]: readonly [string, unknown]) =>
    isPlainObject(value) && Object.keys(value).length > 0
      ? leavesOf(value, [...path, name])
      : [[[...path, name], value] as const],
  );
}

function valueAt(data: unknown, path: Path): { readonly value: unknown } | undefined {
  let value = data;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return { value };
}

/** E1: fields have no order. */
function digestOf(values: readonly unknown[]): string {
  return digest128(encodeValue(values.map(inOrder)));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isPlainObject(value)) return value;
  const fields = Object.entries(value).toSorted(([left], [right]) => compareTexts(left, right));
  return Object.fromEntries(fields.map(([name, field]) => [name, inOrder(field)]));
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function textOf(path: Path): string {
  return JSON.stringify(path);
}
function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
