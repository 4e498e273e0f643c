// PORT Instrument: an observer that also stands around what it watches, so that something is in force meanwhile: a tracer.
//
// Implemented by telemetry/otel-*. Asked by core/instruments.ts. What one does, or fails to do, never changes a run (P8).
import type { ObservedRun, ObservedStep, Observer } from "./observer.ts";
import type { RunStatus } from "./run-details.ts";

/** What goes along with an event so that its runs know where it was sent: header names of the W3C, as `traceparent`, and values. */
export type TraceCarrier = Readonly<Record<string, string>>;

/** A run, from when it starts or goes on in this process until it has left it or ended. */
export interface ObservedSlice extends ObservedRun {
  /** Whether a store keeps the run. If none does, it belongs to whoever started it here. */
  readonly isKept: boolean;
  /** Where its event was sent. */
  readonly trigger: TraceCarrier | undefined;
  /** Whether a step of another run invoked it, and waits for it. */
  readonly isInvoked: boolean;
  /** Its first slice, where one is known, and the one before this. */
  readonly origin: TraceCarrier | undefined;
  readonly previous: TraceCarrier | undefined;
}

/** The code of a step that is about to be entered. */
export interface ObservedEntry extends ObservedStep {
  /** From 1. */
  readonly attempt: number;
  /** Whether it begins an attempt. Else what was begun goes on: handlers of the same step, or a body that was entered elsewhere. */
  readonly isNew: boolean;
}

/** An app, as its instruments see it. */
export interface ObservedApp {
  readonly name: string;
  /** How many runs have not ended, by what they are doing: of all that share the store, or, without one, of this process. */
  counts(): Promise<ReadonlyMap<RunStatus, number>>;
}

/** Events that are about to be sent. */
export interface ObservedSending {
  readonly events: readonly { readonly id: string; readonly name: string }[];
}

/**
 * An observer that stands around runs, steps and sending: for tracers, and whatever else has to be in force while code runs.
 *
 * Use it as any observer, with `createApp({ observers: [...] })`. Each `around…` has to call what it is given, once and at once;
 * where it does not, that is done for it. What the code gives or throws passes it by. Nothing is told of a step whose outcome was
 * recorded before; a composite step that is entered again after a restart is told of as an attempt of that number.
 *
 * @example
 * const timed: Instrument = {
 *   aroundStep(entry, enter) {
 *     console.time(entry.path);
 *     enter(); // it may go on after this returns
 *   },
 *   onStepEnd: (step) => console.timeEnd(step.path),
 * };
 */
export interface Instrument extends Observer {
  /** Called once, when the app is made. */
  onApp?(app: ObservedApp): void;
  /** Asked whenever a run starts or goes on here: with `true`, nothing of that is told. */
  isIdle?(): boolean;
  aroundRun?(slice: ObservedSlice, enter: () => void): void;
  aroundStep?(entry: ObservedEntry, enter: () => void): void;
  /** What `send` gives settles when the events are kept. */
  aroundSend?(sending: ObservedSending, send: () => Promise<unknown>): void;
  /** What is to go along with events that are sent from where code is now, and to be kept with a run. */
  traceCarrier?(): TraceCarrier | undefined;
}
