// An event as a function receives it, from what was kept of it. Pure.
import { contextOf } from "../core/context.ts";
import type { ReceivedEvent } from "../core/event.ts";
import { decodeValue } from "../core/value-codec.ts";
import type { EventRecord } from "./journal.ts";

/** Decoded for one run alone: what it makes of its data, no other sees. */
export function receivedEvent(record: EventRecord): ReceivedEvent {
  const { id, name, ts, version } = record;
  const user = decodeValue(record.user);
  return Object.freeze({
    id,
    name,
    data: decodeValue(record.data),
    user,
    ts,
    v: version ?? undefined,
    context: contextOf(name, decodeValue(record.context) as object | undefined, user),
  });
}
