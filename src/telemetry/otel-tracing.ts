// Spans of runs, of the attempts at their steps, and of what is sent.
//
// Owns: the spans that are open. Does not own: when something happens (core/step-audience, core/instruments), names (attribute-names).
// Called by: otel-observer.
//   D1. One span for each slice of a run, from when it starts or goes on here until it has left; a run may have many.
//   D2. One span for each attempt at a step, below the code that asked for it; its handlers are in it. Nothing is told of replays.
//   D3. An error is recorded where it arose, once. What was recovered from leaves no mark on the spans around it.
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  context as contexts,
  propagation,
  trace,
  type Context,
  type Link,
  type Span,
  type Tracer,
} from "@opentelemetry/api";
import type { ObservedEntry, ObservedSending, ObservedSlice, TraceCarrier } from "../core/instrument.ts";
import type {
  ObservedAttempt,
  ObservedRunEnd,
  ObservedRunPause,
  ObservedRunResume,
  ObservedRunSuspension,
  ObservedStepEnd,
} from "../core/observer.ts";
import {
  CONVENTION,
  HAPPENED,
  NAME,
  contextAttributes,
  stepAttributes,
  type AttributeValue,
} from "./attribute-names.ts";
import { FailureMarks } from "./failure-marks.ts";
import { OpenSpans } from "./open-spans.ts";
import { placeInTrace, traceparentOf } from "./w3c-trace.ts";

export interface TracingOptions {
  readonly mode: "linked" | "continuous";
  /** The keys of the business context that spans carry. */
  readonly context: readonly string[];
}

/** A span, with what is in force while the code below it runs. */
interface OpenSpan {
  readonly span: Span;
  readonly context: Context;
}

/** A slice of a run, with all that is open in it. */
interface OpenSlice extends OpenSpan {
  readonly runId: string;
  /** What each of its spans carries. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly hasAttributes: boolean;
  readonly failures: FailureMarks;
  readonly steps: OpenSpans<OpenSpan>;
  /** The name that was shown last: a loop shows the same one again and again. */
  lastName: string;
  lastShown: string;
}

export class OtelTracing {
  readonly #tracer: Tracer;
  readonly #options: TracingOptions;
  readonly #slicesByRun = new Map<string, OpenSlice>();
  /** The slice that was asked for last: most steps are of the run that the one before was of. */
  #last: OpenSlice | undefined;

  constructor(tracer: Tracer, options: TracingOptions) {
    this.#tracer = tracer;
    this.#options = options;
  }

  /** D1 */
  aroundRun(slice: ObservedSlice, enter: () => void): void {
    const { redact } = slice;
    const attributes = contextAttributes(slice.context, this.#options.context);
    const parent = this.#parentOf(slice);
    const name = redact.text(slice.function.name);
    const event = redact.text(slice.event.name);
    const span = this.#tracer.startSpan(
      `run ${name}`,
      {
        kind: SpanKind.CONSUMER,
        attributes: {
          [NAME.runId]: slice.id,
          ...attributes,
          [NAME.functionName]: name,
          [NAME.eventName]: event,
          [NAME.eventId]: redact.text(slice.event.id),
          [CONVENTION.operationType]: "process",
          [CONVENTION.destination]: event,
        },
        links: linksOf(slice),
      },
      parent,
    );
    const context = trace.setSpan(parent, span);
    this.#endSlice(slice.id); // of a run that was lost, and is here again
    if (span.isRecording())
      this.#slicesByRun.set(slice.id, {
        runId: slice.id,
        span,
        context,
        attributes,
        hasAttributes: hasKeys(attributes),
        failures: new FailureMarks(redact),
        steps: new OpenSpans(),
        lastName: "",
        lastShown: "",
      });
    contexts.with(context, enter);
  }

  /** D2 */
  aroundStep(entry: ObservedEntry, enter: () => void): void {
    const slice = this.#sliceOf(entry.run.id);
    if (slice === undefined) return enter();
    const { steps } = slice;
    let open = entry.isNew ? undefined : steps.get(entry.handle);
    if (open === undefined && !entry.isNew) return enter();
    open ??= this.#attemptSpan(slice, entry);
    contexts.with(open.context, enter);
  }

  aroundSend({ events }: ObservedSending, send: () => Promise<unknown>): void {
    const [first] = events;
    if (first === undefined) return void send();
    const isOfOne = events.every(({ name }) => name === first.name);
    const span = this.#tracer.startSpan(`send ${isOfOne ? first.name : "events"}`, {
      kind: SpanKind.PRODUCER,
      attributes: {
        [CONVENTION.operationType]: "send",
        ...(isOfOne ? { [CONVENTION.destination]: first.name } : {}),
        ...(events.length === 1 ? { [CONVENTION.messageId]: first.id } : { [CONVENTION.messageCount]: events.length }),
      },
    });
    const failed = (error: unknown): void => {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute(CONVENTION.errorType, error instanceof Error ? error.name : typeof error);
      span.end();
    };
    contexts.with(trace.setSpan(contexts.active(), span), send).then(() => span.end(), failed);
  }

  /** Whatever propagator the app has set: what is stored is the W3C's, with the app's baggage. */
  traceCarrier(): TraceCarrier | undefined {
    const place = trace.getSpanContext(contexts.active());
    if (place === undefined || !trace.isSpanContextValid(place)) return undefined;
    const carried: Record<string, string> = {};
    propagation.inject(contexts.active(), carried);
    const { baggage } = carried;
    const tracestate = place.traceState?.serialize();
    return {
      traceparent: traceparentOf(place),
      ...(tracestate === undefined || tracestate === "" ? {} : { tracestate }),
      ...(baggage === undefined ? {} : { baggage }),
    };
  }

  onStepAttempt(attempt: ObservedAttempt): void {
    const slice = this.#sliceOf(attempt.run.id);
    const open = slice?.steps.get(attempt.handle);
    if (slice === undefined || open === undefined) return;
    slice.failures.mark(open.span, attempt.error);
    if (attempt.retryAt === undefined) return; // its handlers are in it
    open.span.setAttribute(NAME.errorDisposition, "retry");
    open.span.setAttribute(NAME.stepOutcome, "retrying");
    open.span.end();
    slice.steps.delete(attempt.handle);
  }

  onStepEnd(step: ObservedStepEnd): void {
    const slice = this.#sliceOf(step.run.id);
    const open = slice?.steps.get(step.handle);
    if (slice === undefined || open === undefined) return;
    open.span.setAttribute(NAME.stepOutcome, step.outcome);
    if (step.outcome === "failed" || step.outcome === "recovered")
      slice.failures.settle(open.span, step.error, step.outcome === "recovered");
    open.span.end();
    slice.steps.delete(step.handle);
  }

  onRunResume({ id, reason, from, openSteps }: ObservedRunResume): void {
    if (reason !== "takeover") return;
    this.#slicesByRun.get(id)?.span.addEvent(HAPPENED.takenOver, {
      from: from ?? "",
      open_steps: openSteps.map(({ number, name }) => `${number} ${name}`),
    });
  }
  onRunSuspend({ id, reason, dueAt }: ObservedRunSuspension): void {
    this.#slicesByRun.get(id)?.span.addEvent(HAPPENED.suspended, {
      reason,
      ...(dueAt === undefined ? {} : { wake_at: dueAt.toISOString() }),
    });
    this.#endSlice(id);
  }
  onRunPause({ id, difference, redact }: ObservedRunPause): void {
    this.#slicesByRun.get(id)?.span.addEvent(HAPPENED.paused, { difference: redact.text(difference) });
    this.#endSlice(id);
  }
  onRunEnd({ id, outcome, error }: ObservedRunEnd): void {
    const slice = this.#slicesByRun.get(id);
    if (slice === undefined) return;
    slice.span.setAttribute(NAME.runOutcome, outcome);
    if (outcome === "failed") slice.failures.mark(slice.span, error);
    this.#endSlice(id);
  }

  #attemptSpan(slice: OpenSlice, entry: ObservedEntry): OpenSpan {
    const active = contexts.active();
    // Without a context manager nothing is active: the steps are then all below the run.
    const parent = active === ROOT_CONTEXT ? slice.context : active;
    const { redact } = entry.run;
    if (entry.name !== slice.lastName) {
      slice.lastName = entry.name;
      slice.lastShown = redact.text(entry.name);
    }
    const name = slice.lastShown;
    const path = entry.path === entry.name ? name : redact.text(entry.path);
    const attributes = stepAttributes(entry, name, path);
    if (slice.hasAttributes) Object.assign(attributes, slice.attributes);
    if (hasKeys(entry.attributes)) Object.assign(attributes, redact.value(entry.attributes));
    const span = this.#tracer.startSpan(`step ${name}`, { kind: SpanKind.INTERNAL, attributes }, parent);
    const { tags } = entry;
    if (tags.length > 0)
      span.setAttribute(
        NAME.stepTags,
        tags.map((tag) => redact.text(tag)),
      );
    const open = { span, context: trace.setSpan(parent, span) };
    slice.steps.set(entry.handle, open);
    return open;
  }

  /** What is in force around a slice: of a run that nobody keeps, where it was started; else nothing, or its trace. */
  #parentOf({ isKept, origin, trigger }: ObservedSlice): Context {
    if (!isKept) return contexts.active();
    const first = origin ?? trigger;
    const baggage = propagation.getBaggage(propagation.extract(ROOT_CONTEXT, first ?? {}));
    const root = baggage === undefined ? ROOT_CONTEXT : propagation.setBaggage(ROOT_CONTEXT, baggage);
    const place = this.#options.mode === "continuous" ? placeInTrace(first?.["traceparent"]) : undefined;
    return place === undefined ? root : trace.setSpanContext(root, { ...place, isRemote: true });
  }

  #sliceOf(runId: string): OpenSlice | undefined {
    if (this.#last?.runId !== runId) this.#last = this.#slicesByRun.get(runId);
    return this.#last;
  }

  #endSlice(runId: string): void {
    const slice = this.#slicesByRun.get(runId);
    if (slice === undefined) return;
    this.#slicesByRun.delete(runId);
    if (this.#last === slice) this.#last = undefined;
    for (const { span } of slice.steps.all()) {
      span.setAttribute(NAME.stepOutcome, "suspended");
      span.end();
    }
    slice.span.end();
  }
}

function hasKeys(value: object): boolean {
  for (const _key in value) return true;
  return false;
}

function linksOf({ trigger, isInvoked, origin, previous }: ObservedSlice): Link[] {
  const links = { [isInvoked ? "parent" : "trigger"]: trigger, origin, previous };
  return Object.entries(links).flatMap(([type, carrier]) => {
    const place = placeInTrace(carrier?.["traceparent"]);
    return place === undefined
      ? []
      : [{ context: { ...place, isRemote: true }, attributes: { [NAME.linkType]: type } }];
  });
}
