// The places by their addresses.
import type { JournalPlace } from "./journal-place.ts";
import { postgresPlaceAt } from "./postgres-place.ts";
import { sqlitePlace } from "./sqlite-place.ts";

/** What is at the address that a worker's process was told. */
export function placeAt(address: string): JournalPlace {
  return address.startsWith("postgres:") ? postgresPlaceAt(address) : sqlitePlace(address);
}
