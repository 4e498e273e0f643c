// How the steps of an app's runs reach other runs: events that they send, and functions that they invoke.
//
//   S1. What is sent for a step has its id from the step: sent again, it is the same, and starts nothing again.
import type { Backend, PreparedEvent } from "../core/backend.ts";
import { digest128 } from "../core/digest.ts";
import { InvalidStepError } from "../core/errors.ts";
import { CRON_EVENT } from "../core/event.ts";
import { idempotencyKey } from "../core/idempotency-key.ts";
import type { Post, Sender } from "../core/post.ts";
import type { InvokedFunction } from "../core/step-plan.ts";
import { LiveFunction } from "./app-function.ts";
import { prepareEvent, type EventDoor } from "./prepare-event.ts";

export class StepPost implements Post {
  readonly #door: () => EventDoor;
  readonly #backend: () => Backend;

  constructor(door: () => EventDoor, backend: () => Backend) {
    this.#door = door;
    this.#backend = backend;
  }

  async send(sender: Sender, given: readonly unknown[]): Promise<{ readonly ids: string[] }> {
    const events = await Promise.all(given.map((event, place) => this.#prepared(sender, event, String(place))));
    await this.#backend().send(events);
    return { ids: events.map(({ id }) => id) };
  }

  async start(sender: Sender, target: InvokedFunction, input: Readonly<Record<string, unknown>>): Promise<string> {
    if (!(target instanceof LiveFunction))
      throw InvalidStepError.for("step.invoke takes a function that this app's createFunction returned");
    target.close();
    const name = target.events[0] ?? CRON_EVENT; // a function that nothing but the clock starts
    const event = await this.#prepared(sender, { ...input, name }, "invoked");
    const backend = this.#backend();
    const runId = backend.runId(target, event);
    await backend.begin(target, event, runId);
    return runId;
  }

  cancel(runId: string): void {
    void this.#backend()
      .cancel(runId)
      .catch(() => {}); // whoever waited for it is being cancelled, too; its store is away, and says so elsewhere
  }

  /** S1 */
  #prepared({ runId, key, context }: Sender, given: unknown, place: string): Promise<PreparedEvent> {
    const id = `evt_${digest128(`${idempotencyKey(runId, key)} ${place}`)}`;
    const event =
      typeof given === "object" && given !== null ? { id, context: this.#carried(context), ...given } : given;
    return prepareEvent(this.#door(), event);
  }

  /** The name of the event is a run's own. */
  #carried(context: object): object {
    return Object.fromEntries(Object.entries(context).filter(([name]) => name !== "eventName"));
  }
}
