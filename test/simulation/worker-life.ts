// One start of a worker's process: an app of its own on a clock and a connection of its own.
//
// Owns: the process, and the time as it sees it. Does not own: the store, or when the process ends.
// Called by: the course of a simulation, and the code that runs in the process.
import { createAppWith } from "../../src/app/create-app.ts";
import type { App } from "../../src/app/app-types.ts";
import type { Clock } from "../../src/core/clock.ts";
import { DurableBackend } from "../../src/durable/durable-backend.ts";
import type { ProcessIdentity } from "../../src/durable/process-identity.ts";
import type { Store } from "../../src/durable/store.ts";
import type { HistoryLog } from "./history-log.ts";
import type { Lane, VirtualWorld } from "./virtual-world.ts";

const LEASE_MS = 3_000;

export interface LifeOptions {
  readonly name: string;
  /** Processes of one machine see at once when another is gone. */
  readonly machine: string;
  /** Of its code. */
  readonly version: number;
  /** How far its wall clock is from the true time. */
  readonly skewMs: number;
}

export class WorkerLife implements Lane {
  readonly name: string;
  readonly machine: string;
  readonly version: number;
  readonly world: VirtualWorld;
  readonly log: HistoryLog;
  readonly incarnations = new Set<string>();
  readonly app: App;
  readonly clock: Clock;
  heldUntilMs = 0;
  isDead = false;
  isStopping = false;
  skewMs: number;
  /** It dies when its next commit is there: on its way to the store, or back. */
  doom: { readonly moment: "sent" | "kept"; readonly die: () => void } | undefined;
  /** The latest time that its wall clock has shown. */
  latestMs = 0;

  constructor(
    { name, machine, version, skewMs }: LifeOptions,
    world: VirtualWorld,
    log: HistoryLog,
    surroundings: {
      readonly connect: (life: WorkerLife) => Store;
      readonly isGone: (name: string, from: WorkerLife) => boolean;
    },
  ) {
    this.name = name;
    this.machine = machine;
    this.version = version;
    this.skewMs = skewMs;
    this.world = world;
    this.log = log;
    const processes: ProcessIdentity = {
      self: name,
      isGone: (other) => surroundings.isGone(other, this),
      describe: (other) => `process ${other}`,
    };
    this.clock = this.#newClock();
    const store = surroundings.connect(this);
    let ids = 0;
    this.app = createAppWith(
      {
        name: "simulated",
        store: { "~attach": (host) => new DurableBackend(store, host, processes) },
        observers: [],
        lease: LEASE_MS,
        retries: { retries: 2, initial: 400 },
      },
      {
        clock: this.clock,
        random: { fraction: () => world.random.fraction(), id: (prefix) => `${prefix}_${name}_${++ids}` },
      },
    );
  }

  /** The wall clock of this process. */
  now(): number {
    const ms = this.world.nowMs + this.skewMs;
    this.latestMs = Math.max(this.latestMs, ms);
    return ms;
  }
  /** A body is at work for so long. */
  work(ms: number): Promise<void> {
    return new Promise((resolve) => void this.world.after(ms, "work", resolve, this, "timer"));
  }

  #newClock(): Clock {
    const { world } = this;
    return {
      now: () => this.now(),
      elapsed: () => world.passedMs,
      timer: (delayMs, call) => world.after(delayMs, "timer", call, this, "timer"),
      alarm: (atMs, call) => world.after(Math.max(0, atMs - this.now()), "timer", call, this, "timer"),
      turn: (call) => void world.after(0, "turn", call, this, "turn"),
    };
  }
}
