// What the story says of a step. Pure.
import { isThrownOf, partOfThrown, textOfThrown } from "../internal/thrown.ts";
import type { ObservedStepEnd } from "../core/observer.ts";

export type Paint = "green" | "red" | "yellow" | "dim";
const PAINT_CODES: Readonly<Record<Paint, number>> = { green: 32, red: 31, yellow: 33, dim: 2 };

export function paint(text: string, color: Paint): string {
  return `\u001b[${PAINT_CODES[color]}m${text}\u001b[0m`;
}

/** `✓ 312 ms`, `⟲ recovered from SmtpDown, 80 ms`, `✕ CardDeclined, 51 ms`. */
export function outcomeText(
  outcome: ObservedStepEnd["outcome"],
  failure: string,
  durationMs: number,
  painted: (text: string, color: Paint) => string,
): string {
  const took = durationText(durationMs);
  switch (outcome) {
    case "completed":
      return `${painted("✓", "green")} ${took}`;
    case "recovered":
      return `${painted("⟲ recovered from", "yellow")} ${failure}, ${took}`;
    case "failed":
      return `${painted("✕", "red")} ${failure}, ${took}`;
    case "cancelled":
      return `${painted("⊘ cancelled", "dim")}, ${took}`;
  }
}

/** The name, or what an unnamed `sleepUntil` waits for. */
export function stepLabel({ kind, name, dueAt }: ObservedStepEnd): string {
  const isUnnamed = kind === "sleepUntil" && name === "sleepUntil";
  return isUnnamed && dueAt !== undefined ? `sleepUntil ${dueAt.toISOString().slice(0, 10)}` : name;
}

/** `attempt 2 of 4, after TimeoutError`, where it took more than one. */
export function attemptsText({ attempts, attemptsAllowed }: ObservedStepEnd, lastError: unknown): string {
  if (attempts < 2) return "";
  const after = lastError === undefined ? "" : `, after ${errorName(lastError)}`;
  return `attempt ${attempts} of ${attemptsAllowed}${after}`;
}

/** `312 ms`, `3.0 s`, `2 h 5 min`, `9 days`. */
export function durationText(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / (24 * 60))} days`;
}

/** Text that cannot move the cursor, start a line of its own, or turn the rest of the line around. */
export function cleanText(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** `UnexpectedError` says little: what it wraps is what people look for. */
export function errorName(error: unknown): string {
  const cause = partOfThrown(error, "_tag") === "UnexpectedError" ? partOfThrown(error, "cause") : undefined;
  const name = partOfThrown(isThrownOf(cause, Error) ? cause : error, "name");
  return cleanText(typeof name === "string" ? name : textOfThrown(error));
}

/** What an error says besides its name; `""` for nothing. */
export function errorMessage(error: unknown): string {
  const message = isThrownOf(error, Error) ? partOfThrown(error, "message") : "";
  return typeof message === "string" ? cleanText(message) : "";
}
