// What simulated bodies throw, and everything that code can see, as text.
import { AbstractError, CancelledError, TaggedError } from "../../src/index.ts";
import { rememberErrorClasses } from "../../src/core/error-codec.ts";
import { isThrownOf } from "../../src/internal/thrown.ts";

export class SimulatedRefusal extends TaggedError("SimulatedRefusal")<{ readonly nonce: number }> {}
export class SimulatedTrouble extends AbstractError("SimulatedTrouble") {}

/** Declared from the start, so that no seed depends on those before it. */
rememberErrorClasses([SimulatedRefusal, SimulatedTrouble]);

/** A body was told that nobody waits for it any more. It is no outcome. */
export function isCancellation(thrown: unknown): boolean {
  return isThrownOf(thrown, CancelledError);
}

/** All that code can tell of a value: of an error its class, tag, message, fields and cause. */
export function textOf(value: unknown): string {
  return JSON.stringify(plain(value)) ?? "undefined";
}

function plain(value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, cause, stack: _stack, ...fields } = value as Error & { readonly stack?: string };
    const own = Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, plain(field)]));
    return { class: value.constructor.name, name, message, own, cause: plain(cause) };
  }
  if (value instanceof Uint8Array) return `${value.constructor.name} ${value.join(" ")}`;
  if (Array.isArray(value)) return value.map(plain);
  if (value === undefined) return "(undefined)";
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}
