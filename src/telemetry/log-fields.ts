// What a log line says of where it was written.
import { currentAttempt } from "../core/scope.ts";
import { tagsOf } from "../core/step-tags.ts";
import type { StepNode } from "../core/step-tree.ts";
import { placeInTrace } from "./w3c-trace.ts";

/** What a log line carries of its run and step. */
export interface LogFields {
  readonly run: { readonly id: string; readonly function: string };
  readonly step: {
    readonly number: string;
    readonly name: string;
    readonly path: string;
    readonly attempt: number;
    readonly tags: readonly string[];
  };
  /** The business context, without its secrets. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly trace_id?: string;
  readonly span_id?: string;
}

/**
 * What a log line of the running step carries; nothing outside of one.
 *
 * Use it as the `mixin` of pino, or wherever a logger asks for more fields: `pino({ mixin: logFields })`. It finds the step by
 * itself, at any depth and behind every `await`. In code that runs again on replay, so does the line.
 *
 * @example
 * const logger = { info: (message: string) => console.log(JSON.stringify({ message, ...logFields() })) };
 */
export function logFields(): LogFields | Record<string, never> {
  const attempt = currentAttempt();
  if (attempt === undefined || attempt.node.home === undefined) return {};
  return fieldsOf(attempt.node, attempt.number);
}

function fieldsOf(node: StepNode, attempt: number): LogFields {
  const { observed, instruments } = node.run;
  const { redact, context } = observed;
  const place = placeInTrace(instruments?.traceCarrier()?.["traceparent"]);
  return {
    run: { id: observed.id, function: redact.text(observed.function.name) },
    step: {
      number: node.number,
      name: redact.text(node.name),
      path: redact.text(node.key),
      attempt,
      tags: tagsOf(node).map((tag) => redact.text(tag)),
    },
    context,
    ...(place === undefined ? {} : { trace_id: place.traceId, span_id: place.spanId }),
  };
}
