// The workers of a simulation: in each slot one life of a process after the other.
//
// Owns: which lives there are, and how each came to its end. Does not own: when (blows), what they do (functions).
// Called by: the course of a simulation.
import { FUNCTION_PLACE, BodyBench } from "./body-bench.ts";
import { storeOf, type FaultRates } from "./faulty-store.ts";
import type { HistoryLog } from "./history-log.ts";
import { bodyOf } from "./program-code.ts";
import type { SimulationPlace } from "./simulation-place.ts";
import type { SimulationPlan } from "./simulation-plan.ts";
import type { VirtualWorld } from "./virtual-world.ts";
import { WorkerLife } from "./worker-life.ts";

const MOST_SKEW_MS = 4_000;
const SHORTEST_REST_MS = 20;
const LONGEST_REST_MS = 4_000;

interface Slot {
  readonly number: number;
  readonly machine: string;
  life: WorkerLife | undefined;
  lives: number;
  version: number;
}

export class WorkerSlots {
  readonly #world: VirtualWorld;
  readonly #log: HistoryLog;
  readonly #place: SimulationPlace;
  readonly #plan: SimulationPlan;
  readonly #slots: readonly Slot[];
  readonly #byName = new Map<string, WorkerLife>();
  readonly versions = new Map<string, number>();
  rates: FaultRates;

  constructor(world: VirtualWorld, log: HistoryLog, place: SimulationPlace, plan: SimulationPlan, version: number) {
    this.#world = world;
    this.#log = log;
    this.#place = place;
    this.#plan = plan;
    this.rates = plan.rates;
    this.#slots = Array.from({ length: plan.workers }, (_none, at) => ({
      number: at + 1,
      machine: `machine ${world.random.between(1, plan.machines)}`,
      life: undefined,
      lives: 0,
      version,
    }));
  }

  startAll(): void {
    for (const slot of this.#slots) this.#start(slot);
  }

  /** One that is up, and is not about to leave. */
  any(): WorkerLife | undefined {
    const up = this.#slots.flatMap(({ life }) => (life === undefined || life.isStopping ? [] : [life]));
    return up.length === 0 ? undefined : up[this.#world.random.between(0, up.length - 1)];
  }

  /** Its process is gone, at once; another one comes up in its place later. */
  crash(life: WorkerLife, why: string): void {
    if (life.isDead) return;
    this.#log.add({ kind: "life", life: life.name, text: `is gone: ${why}` });
    this.#world.kill(life);
    this.#restartLater(life);
  }

  /** Leaves in good order; another one comes up in its place. */
  stop(life: WorkerLife, then: { readonly version?: number } = {}): void {
    const slot = this.#slotOf(life);
    if (slot === undefined || life.isStopping) return;
    life.isStopping = true;
    if (then.version !== undefined) slot.version = then.version;
    this.#log.add({ kind: "life", life: life.name, text: "is told to stop" });
    const left = (how: string): void => {
      if (life.isDead) return;
      this.#log.add({ kind: "life", life: life.name, text: how });
      this.#world.kill(life);
      this.#restartLater(life);
    };
    life.app.stop({ timeout: 2_000 }).then(
      () => left("has stopped"),
      () => left("could not stop in good order"),
    );
  }

  /** No trouble any more: every slot gets a process with this version of the code, if that is not what it has. */
  settle(version: number, hasOthers: boolean): void {
    for (const slot of this.#slots) {
      slot.version = version;
      const { life } = slot;
      if (life === undefined) continue; // it is about to come up
      life.heldUntilMs = 0;
      life.doom = undefined;
      if (hasOthers) this.stop(life);
    }
  }

  #start(slot: Slot): void {
    const { random } = this.#world;
    const name = `w${slot.number}.${++slot.lives}`;
    const skewMs = this.#plan.hasSkew ? random.between(-MOST_SKEW_MS, MOST_SKEW_MS) : 0;
    const life = new WorkerLife(
      { name, machine: slot.machine, version: slot.version, skewMs },
      this.#world,
      this.#log,
      {
        connect: (made) => storeOf(made, this.#place.connect(), () => this.rates),
        isGone: (other, from) => this.#isGone(other, from),
      },
    );
    slot.life = life;
    this.#byName.set(name, life);
    this.versions.set(name, life.version);
    this.#log.add({
      kind: "life",
      life: name,
      text: `comes up with code ${life.version} on ${slot.machine}, ${skewMs} ms off`,
    });
    this.#defineFunctions(life);
    life.app
      .start({ concurrency: this.#plan.concurrency })
      .catch((error: Error) => this.crash(life, `it could not start: ${error.message}`));
  }

  #defineFunctions(life: WorkerLife): void {
    const made = new Map<string, any>();
    for (const { id, event, bodies, retries } of this.#plan.functions) {
      const body = bodies[life.version - 1]!;
      const concurrency = this.#plan.limit === Infinity ? undefined : this.#plan.limit;
      const definition = life.app.createFunction(
        { id, retries: { retries, initial: 200 }, concurrency },
        { event },
        (input) =>
          bodyOf(body, input.step, FUNCTION_PLACE, {
            bench: new BodyBench(life, input.runId, input.event.id),
            invoked: () => made.get("invoked"),
          }),
      );
      made.set(id, definition);
    }
  }

  #isGone(other: string, from: WorkerLife): boolean {
    const life = this.#byName.get(other);
    return life !== undefined && life.isDead && life.machine === from.machine;
  }

  #slotOf(life: WorkerLife): Slot | undefined {
    return this.#slots.find((slot) => slot.life === life);
  }

  #restartLater(life: WorkerLife): void {
    const slot = this.#slotOf(life);
    if (slot === undefined) return;
    slot.life = undefined;
    const restMs = this.#world.random.between(SHORTEST_REST_MS, LONGEST_REST_MS);
    this.#world.after(restMs, `start w${slot.number}`, () => this.#start(slot));
  }
}
