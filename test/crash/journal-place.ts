// Where the journal of a campaign lies: what the campaign looks at, past the library, and what its workers open.
import type { Store } from "../../src/durable/store.ts";
import type { JournalLook } from "./journal-look.ts";

export interface JournalPlace {
  /** How a worker's process is told of it: `placeAt` reads it. */
  readonly address: string;
  /** A store there, of a process's own. */
  store(): Store;
  /** All rows, as they were at one moment. */
  look(): Promise<JournalLook>;
  /** Of which processes the store knows live workers. */
  workers(): Promise<JournalLook["workers"]>;
  /** Settles when what a process that stands still, or is gone, has asked for was carried out. */
  untilCarriedOut(pid: number): Promise<void>;
  /** Whether a process that stands still holds a lock that nobody can take from it. */
  isLockHeld(pid: number): Promise<boolean>;
  /** What workers may say of the store, because of what a campaign does to it: they try again, as they say. */
  readonly complaints: RegExp | undefined;
  /** Whether a look failed because a process that stands still keeps even readers out. */
  isLockedOut(error: unknown): boolean;
  /** `ok`, or what the database finds wrong with what is there. */
  integrity(): Promise<string>;
  close(): Promise<void>;
}
