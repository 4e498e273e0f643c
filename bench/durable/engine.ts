// What a contestant offers the workloads.
import type { Input, Kind, Value } from "./bodies.ts";
import type { WorkloadName } from "./workloads.ts";

/** Where a contestant keeps its runs. */
export interface Place {
  readonly workload: WorkloadName;
  /** A folder of its own, on the disk that everybody uses. */
  readonly folder: string;
  /** A database of its own; empty, unless this process goes on with what another one left. */
  readonly postgres: string;
  readonly restate: { readonly ingress: string; readonly admin: string; readonly servicePort: number };
  /** This process goes on with what another one left. */
  readonly isRestart: boolean;
}

export interface Engine {
  /** A run begins as soon as it is sent: nothing can be sent before there is somebody who carries it out. */
  readonly sendingStarts?: true;
  /** Makes tables and whatever else is made once. No run is carried out yet. */
  readonly prepare: () => Promise<void>;
  /** From now on this process carries out runs. */
  readonly start: () => Promise<void>;
  /** Sends many, as fast as it can be done with what the engine offers. */
  readonly send: (kind: Kind, inputs: readonly Input[]) => Promise<void>;
  /** Sends one, and waits for its result as the engine offers it. */
  readonly ask: (kind: Kind, input: Input) => Promise<Value>;
  /** Runs whose completion is stored. */
  readonly completed: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

export type Contestant = (place: Place) => Engine | Promise<Engine>;

/** Calls `act` for each, so many at a time. */
export async function inParallel<Item>(
  items: readonly Item[],
  lanes: number,
  act: (item: Item) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const lane = async () => {
    for (const item of left) await act(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
