// What a store can keep, and the first part of a value that it cannot. Pure.
import { viewLike } from "../internal/byte-view.ts";
import type { UnstorablePart } from "./storable-parts.ts";
import { ValueSurvey } from "./value-survey.ts";

/** The first part of a value that a store refuses; undefined if it can be kept as it is. */
export function unstorablePart(value: unknown): UnstorablePart | undefined {
  return new ValueSurvey(value).refused;
}

/** A view with a buffer of its own, so that nothing beside it is stored. Undefined: it has one already. A `Buffer` becomes a `Uint8Array`. */
export function storableBytes(view: ArrayBufferView): ArrayBufferView | undefined {
  if (view.byteLength === view.buffer.byteLength) return undefined;
  return viewLike(view, view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength), 0);
}
