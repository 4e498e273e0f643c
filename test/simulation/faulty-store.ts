// The store as one process reaches it: each call takes its time on the way there and back, and some go wrong.
//
// Owns: nothing. Does not own: what is stored, which outlives the process.
// Called by: the app of a life.
import type { Store, WorkerRecord } from "../../src/durable/store.ts";
import type { WorkerLife } from "./worker-life.ts";

/** How often calls go wrong, each as a share of them. */
export interface FaultRates {
  /** Fails, and had no effect. */
  readonly lost: number;
  /** Fails, and had its effect all the same. */
  readonly unknown: number;
  /** Is on its way for longer than a lease. */
  readonly delayed: number;
}

export const NO_FAULTS: FaultRates = { lost: 0, unknown: 0, delayed: 0 };
const LONGEST_WAY_MS = 3;
const LONGEST_DELAY_MS = 9_000;
const CHANGES_ARE_WORSE = 4;

type Verb = keyof Store;
type Fault = "lost" | "unknown" | "delayed" | undefined;

/** What went wrong between a worker and its store. */
class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/** Not there: news may be lost, and are; time is the simulation's, also on a server that has one of its own. */
const ABSENT: ReadonlySet<string | symbol> = new Set(["watch", "clockOver"]);

export function storeOf(life: WorkerLife, store: Store, rates: () => FaultRates): Store {
  return new Proxy(store, {
    get: (target, verb) =>
      verb in target && !ABSENT.has(verb)
        ? (argument: never) =>
            new Promise((resolve, reject) =>
              send(life, store, { verb: verb as Verb, argument, rates: rates() }, resolve, reject),
            )
        : undefined,
  });
}

interface Call {
  readonly verb: Verb;
  readonly argument: never;
  readonly rates: FaultRates;
}

function send(
  life: WorkerLife,
  store: Store,
  { verb, argument, rates }: Call,
  resolve: (answer: unknown) => void,
  reject: (error: Error) => void,
): void {
  const { world, log } = life;
  const { random } = world;
  if (verb === "enterWorker") life.incarnations.add((argument as WorkerRecord).incarnation);
  const unknown = isChange(verb, argument) ? rates.unknown * CHANGES_ARE_WORSE : rates.unknown;
  const fault = drawFault(random.fraction(), { ...rates, unknown });
  if (fault !== undefined) log.add({ kind: "fault", name: fault, text: `${life.name} ${verb}` });
  const wayMs =
    fault === "delayed" ? random.between(LONGEST_WAY_MS, LONGEST_DELAY_MS) : random.between(0, LONGEST_WAY_MS);
  const back = (label: string, call: () => void): void =>
    void world.after(random.between(0, LONGEST_WAY_MS), `${verb} ${label}`, call, life);
  if (fault === "lost") return back("lost", () => reject(new ConnectionLost(`${verb} was lost`)));
  const arrive = (): void => {
    const call = store[verb] as (argument: never) => Promise<unknown>;
    world.asking(call.call(store, argument)).then(
      (answer) => {
        note(life, verb, argument, answer);
        meetDoom(life, verb, "kept");
        if (fault === "unknown") back("unknown", () => reject(new ConnectionLost(`what became of ${verb} is unknown`)));
        else back("answered", () => resolve(answer));
      },
      (error: Error) => back("refused", () => reject(error)),
    );
  };
  world.after(wayMs, verb, arrive, life, "request");
  meetDoom(life, verb, "sent");
}

function meetDoom(life: WorkerLife, verb: Verb, moment: "sent" | "kept"): void {
  if (verb !== "commit" || life.doom?.moment !== moment) return;
  const { die } = life.doom;
  life.doom = undefined;
  life.world.after(0, "doom", die);
}

/** Whether a run leaves memory, ends, or tells of a takeover with it: what is rare, and matters. */
function isChange(verb: Verb, argument: unknown): boolean {
  return verb === "commit" && (argument as Argument<"commit">).writes.some(({ change }) => change !== null);
}

function drawFault(fraction: number, { lost, unknown, delayed }: FaultRates): Fault {
  if (fraction < lost) return "lost";
  if (fraction < lost + unknown) return "unknown";
  return fraction < lost + unknown + delayed ? "delayed" : undefined;
}

type Argument<Name extends Verb> = Parameters<Required<Store>[Name]>[0];
type Answer<Name extends Verb> = Awaited<ReturnType<Required<Store>[Name]>>;

/** Takes down what took effect. */
function note(process: WorkerLife, verb: Verb, argument: unknown, answer: unknown): void {
  const { log, name: life } = process;
  switch (verb) {
    case "claim":
    case "look": {
      const { incarnation, accepting } = argument as Argument<"look">;
      if (accepting !== undefined) noteAccepted(process, accepting, (answer as Answer<"look">).accepted!);
      const claimed = verb === "look" ? (answer as Answer<"look">).claimed : (answer as Answer<"claim">);
      for (const { run } of claimed) log.add({ kind: "claimed", life, incarnation, run: run.id, token: run.token });
      return;
    }
    case "commit": {
      const { incarnation, writes } = argument as Argument<"commit">;
      writes.forEach((write, place) => {
        log.add({ kind: "written", life, incarnation, write, result: (answer as Answer<"commit">)[place]! });
      });
      return;
    }
    case "accept":
      noteAccepted(process, argument as Argument<"accept">, answer as Answer<"accept">);
      return;
    case "buryWorker":
    case "leaveWorker": {
      const { incarnation } = argument as Argument<"leaveWorker">;
      log.add({ kind: "freed", incarnation, how: verb === "buryWorker" ? "buried" : "left" });
      return;
    }
    case "release": {
      const { incarnation, runIds } = argument as Argument<"release">;
      log.add({ kind: "freed", incarnation, how: "released", but: runIds });
      return;
    }
    case "requestCancel": {
      const { runId } = argument as Argument<"requestCancel">;
      log.add({ kind: "cancel", run: runId, answer: answer as boolean });
    }
  }
}

function noteAccepted({ log }: WorkerLife, accepted: Argument<"accept">, answer: Answer<"accept">): void {
  const { events, functionId } = accepted;
  events.forEach((event, place) => {
    const { result } = answer[place]!;
    log.add({ kind: "accepted", event, result, isTargeted: functionId !== undefined });
  });
}
