// What befalls whole processes in a simulation: each at a moment of the seed's choice.
import type { Store } from "../../src/durable/store.ts";
import type { HistoryLog } from "./history-log.ts";
import { FIRST_VERSION, SECOND_VERSION, type SimulationPlan } from "./simulation-plan.ts";
import type { VirtualWorld } from "./virtual-world.ts";
import type { WorkerLife } from "./worker-life.ts";
import type { WorkerSlots } from "./worker-slots.ts";

const MOST_JUMP_MS = 12_000;
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 9_000;

type Blow =
  | "crash"
  | "crash at a commit"
  | "crash after a commit"
  | "pause"
  | "lease theft"
  | "clock jump"
  | "stop"
  | "deploy";

export interface Target {
  readonly world: VirtualWorld;
  readonly log: HistoryLog;
  readonly store: Store;
  readonly slots: WorkerSlots;
  readonly plan: SimulationPlan;
}

export function strike({ world, log, store, slots, plan }: Target): void {
  const { random } = world;
  const life = slots.any();
  if (life === undefined) return;
  const blow = random.pick<Blow>([
    [3, "crash"],
    [2, "crash at a commit"],
    [3, "crash after a commit"],
    [3, "pause"],
    [2, "lease theft"],
    [plan.hasSkew ? 2 : 0, "clock jump"],
    [2, "stop"],
    [plan.change === "none" ? 0 : 6, "deploy"],
  ]);
  log.add({ kind: "fault", name: blow, text: life.name });
  switch (blow) {
    case "crash":
      return slots.crash(life, "crash");
    case "crash at a commit":
    case "crash after a commit": {
      const moment = blow === "crash at a commit" ? "sent" : "kept";
      life.doom = { moment, die: () => slots.crash(life, blow) };
      return;
    }
    case "pause":
      life.heldUntilMs = world.nowMs + random.between(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS);
      return;
    case "lease theft":
      return steal(life, store, log);
    case "clock jump":
      life.skewMs += random.between(-MOST_JUMP_MS, MOST_JUMP_MS);
      return;
    case "stop":
      return slots.stop(life);
    case "deploy":
      return slots.stop(life, { version: random.between(FIRST_VERSION, SECOND_VERSION) });
  }
}

/** Somebody declares a worker dead that lives. */
function steal(life: WorkerLife, store: Store, log: HistoryLog): void {
  const incarnation = [...life.incarnations].at(-1);
  if (incarnation === undefined) return;
  const { world } = life;
  const burial = store.buryWorker({ incarnation, description: "process stolen", nowMs: world.nowMs });
  void world.asking(burial).then(() => log.add({ kind: "freed", incarnation, how: "buried" }));
}
