// Which events cancel a run (`cancelOn`), worked out from the event that started it. Pure.
import type { AnyEventType } from "./event.ts";

/** An event that cancels the runs of a function. */
export interface CancelTrigger {
  /** An event type, or a name. */
  readonly event: string | AnyEventType;
  /** A path in the data that both events have the same value at: `"data.orderId"`. Default: any such event cancels. */
  readonly match?: string | undefined;
}

/** An event that one run is cancelled by. */
export interface Canceller {
  readonly event: string;
  readonly match: object | undefined;
}

const NONE: readonly Canceller[] = Object.freeze([]);

/** A run whose event has nothing at the path is cancelled by none. */
export function cancellersOf(triggers: readonly CancelTrigger[] | undefined, data: unknown): readonly Canceller[] {
  if (triggers === undefined) return NONE;
  return triggers.flatMap(({ event, match }): readonly Canceller[] => {
    const name = typeof event === "string" ? event : event.name;
    if (match === undefined) return [{ event: name, match: undefined }];
    const part = partAt(pathOf(match), data);
    return part === undefined ? [] : [{ event: name, match: part }];
  });
}

/** Why such a list makes no sense; undefined if it does. */
export function cancelTriggerProblem(given: unknown): string | undefined {
  if (!Array.isArray(given)) return "cancelOn is a list of events";
  for (const trigger of given as readonly Partial<Record<string, unknown>>[]) {
    const unknownKey = Object.keys(trigger).find((key) => key !== "event" && key !== "match");
    if (unknownKey !== undefined) return `an entry of cancelOn has "${unknownKey}"; it has event and match`;
    const { event, match } = trigger;
    const name = typeof event === "object" && event !== null ? (event as { readonly name?: unknown }).name : event;
    if (typeof name !== "string" || name === "") return "an entry of cancelOn names no event";
    if (match !== undefined && (typeof match !== "string" || pathOf(match).includes("")))
      return 'match in cancelOn is a path in the data of both events, as "data.orderId"';
  }
  return undefined;
}

function pathOf(match: string): readonly string[] {
  return match.replace(/^data\./, "").split(".");
}

function partAt([name, ...rest]: readonly string[], data: unknown): object | undefined {
  if (name === undefined || typeof data !== "object" || data === null || !Object.hasOwn(data, name)) return undefined;
  const value = (data as Readonly<Record<string, unknown>>)[name];
  const part = rest.length === 0 ? value : partAt(rest, value);
  return part === undefined ? undefined : { [name]: part };
}
