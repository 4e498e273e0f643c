// What an app's thread and the thread of its SQLite file say to each other. Types only.
import type { Store } from "../../durable/store.ts";
import type { CommitCells } from "./thread-cells.ts";

/** What is asked: a verb of the store, and its one parameter, of which everything can be cloned. */
export interface Asked {
  readonly id: number;
  readonly verb: keyof Store;
  readonly asked: unknown;
}

export interface Answered {
  readonly id: number;
  readonly given: unknown;
  /** The text of what was thrown instead, in the value codec's words. */
  readonly thrown?: string;
}

/** What `accept` is asked across threads: a function cannot be cloned, so the ids of the runs are made beforehand. */
export interface AcceptAsked extends Omit<Parameters<Store["accept"]>[0], "runId"> {
  /** For each event, by function. */
  readonly runIds: readonly Readonly<Record<string, string>>[];
}

/** What `accept` gives across threads: what was accepted, or a function that listens and for which there was no id. Nothing was kept then. */
export type AcceptGiven =
  | { readonly accepted: Awaited<ReturnType<Store["accept"]>> }
  | { readonly unknown: { readonly event: string; readonly functionId: string } };

/** What `acceptPosted` is asked across threads. */
export type AcceptPostedAsked = Omit<Parameters<NonNullable<Store["acceptPosted"]>>[0], "runId">;

/** What `commit` is asked across threads. */
export interface CommitAsked {
  readonly incarnation: string;
  readonly cells: CommitCells;
}
