// What steps that wait for something, send or invoke are told. Types only.
import type { Duration } from "./duration.ts";
import type { AnyEventType, DataOf, EventExtras, EventType, ReceivedEvent } from "./event.ts";

/** Which event `step.waitForEvent` is for, and how long it waits. */
export interface WaitForEventOptions<Event extends string | AnyEventType> {
  /** An event type, or a name. */
  readonly event: Event;
  readonly timeout: Duration;
  /** A part of the event's data: its fields have to be there with these values; lists are compared whole. */
  readonly match?: PartOf<DataOf<Event>> | undefined;
}

/** A part of some data, at any depth. */
export type PartOf<Data> = unknown extends Data
  ? object
  : Data extends readonly unknown[]
    ? Data
    : Data extends object
      ? { readonly [Key in keyof Data]?: PartOf<Data[Key]> }
      : Data;

/** An event as `step.waitForEvent` gives it. */
export type AwaitedEvent<Event extends string | AnyEventType, Context> =
  Event extends EventType<infer Name, any>
    ? ReceivedEvent<Name, DataOf<Event>, Context>
    : ReceivedEvent<Event & string, any, Context>;

/** Which signal `step.waitForSignal` is for, and how long it waits. */
export interface WaitForSignalOptions {
  /** A text that nobody can guess: whoever knows it can answer. */
  readonly token: string;
  readonly timeout: Duration;
}

/** An event as `step.sendEvent` sends it. */
export interface EventToSend extends EventExtras {
  readonly name: string;
  readonly data?: any;
  readonly v?: string | undefined;
}

/** A function that `step.invoke` can run: what an app's `createFunction` gives. */
export interface InvokableFunction {
  readonly id: string;
  readonly name: string;
  readonly "~function": { readonly data: any; readonly value: any; readonly failure: any };
}
/** What a function gives. */
export type ValueOfFunction<Invoked extends InvokableFunction> = Invoked["~function"]["value"];
/** What a function can fail with. */
export type FailureOfFunction<Invoked extends InvokableFunction> = Invoked["~function"]["failure"];

/** Which function `step.invoke` runs, and with what. */
export interface InvokeOptions<Invoked extends InvokableFunction> {
  readonly function: Invoked;
  readonly data: Invoked["~function"]["data"];
  readonly user?: any;
  /** Default: this run's. */
  readonly context?: object | undefined;
}
