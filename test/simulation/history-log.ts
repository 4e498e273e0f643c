// Takes down what happens in a simulation.
//
// Owns: the entries, in order. Does not own: what they mean (checks), who makes them.
// Called by: everything in a simulation.
import type { Entry, Timed } from "./simulation-history.ts";
import type { VirtualWorld } from "./virtual-world.ts";

export class HistoryLog {
  readonly entries: Timed[] = [];
  readonly #world: VirtualWorld;
  /** The token of each run's last claim, by incarnation. */
  readonly #claims = new Map<string, Map<string, number>>();
  #nonce = 0;

  constructor(world: VirtualWorld) {
    this.#world = world;
  }

  add(entry: Entry): void {
    this.entries.push({ ...entry, atMs: this.#world.passedMs, order: this.entries.length });
    this.#world.note(textOfEntry(entry));
    if (entry.kind !== "claimed") return;
    const claims = this.#claims.get(entry.incarnation) ?? new Map<string, number>();
    this.#claims.set(entry.incarnation, claims.set(entry.run, entry.token));
  }

  /** The token under which one of these incarnations claimed the run last. */
  tokenOf(run: string, incarnations: ReadonlySet<string>): number {
    return Math.max(0, ...[...incarnations].map((one) => this.#claims.get(one)?.get(run) ?? 0));
  }
  /** Never the same: what each entering of a body gives. */
  nonce(): number {
    return ++this.#nonce;
  }
}

/** Without stacks: they name files, and differ from machine to machine. */
function textOfEntry(entry: Entry): string {
  switch (entry.kind) {
    case "written": {
      const records = entry.write.records.map(({ key, state, status, sequence }) => [key, state, status, sequence]);
      return `${entry.write.runId} ${entry.write.change?.kind} ${JSON.stringify(records)} ${entry.result}`;
    }
    case "accepted":
      return `${entry.event.id} ${entry.result}`;
    default:
      return JSON.stringify(entry);
  }
}
