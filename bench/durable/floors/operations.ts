// What a floor asks of its tables: the least that a journal of steps needs.

export type Operation =
  | readonly ["insert", id: string, kind: string, input: string]
  | readonly ["step", run: string, name: string, value: string]
  | readonly ["done", run: string, value: string]
  | readonly ["sleep", run: string, untilMs: number]
  | readonly ["claim", nowMs: number, most: number]
  | readonly ["past", run: string]
  | readonly ["count"]
  | readonly ["due"]
  | readonly ["recover"];

export interface ClaimedRow {
  readonly id: string;
  readonly kind: string;
  readonly input: string;
  /** Has never slept: it has no history that would have to be read. */
  readonly fresh: boolean | number;
}

/** Carries operations out; what it gives is on the disk. */
export interface FloorJournal {
  readonly open: () => Promise<void>;
  readonly ask: (operation: Operation) => Promise<unknown>;
  /** Hears of runs that anybody inserted; undefined where only this process inserts. */
  readonly listen: ((heard: () => void) => Promise<void>) | undefined;
  readonly close: () => Promise<void>;
}
