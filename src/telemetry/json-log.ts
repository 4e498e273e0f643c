// Log lines as JSON, one object a line, for whatever collects standard output.
import { systemClock } from "../core/clock.ts";
import type { ObservedLog, Observer } from "../core/observer.ts";
import { writeLine } from "./standard-output.ts";
import { placeInTrace } from "./w3c-trace.ts";

/** Where JSON lines go. */
export interface JsonLogOptions {
  /** Is given one line, without its end. Default: standard output. */
  readonly write?: ((line: string) => void) | undefined;
}

/**
 * An observer that writes what `step.log` says as lines of JSON: time, level, message, fields, run, step, context, trace.
 *
 * Use it where a collector reads standard output, instead of the story: `createApp({ observers: [jsonLog()] })`. Secrets are
 * redacted, and control characters are escaped, so that no message can forge a line. What cannot be written as JSON is left out.
 *
 * @example
 * const app = createApp({ name: "billing", observers: [jsonLog()] });
 */
export function jsonLog({ write = writeLine }: JsonLogOptions = {}): Observer {
  return { onLog: (log) => write(lineOf(log)) };
}

function lineOf({ run, number, name, path, attempt, tags, level, message, fields, trace }: ObservedLog): string {
  const place = placeInTrace(trace?.["traceparent"]);
  const { redact } = run;
  return JSON.stringify(
    {
      time: new Date(systemClock.now()).toISOString(),
      level,
      message,
      fields,
      run: { id: run.id, function: redact.text(run.function.name) },
      step: {
        number,
        name: redact.text(name),
        path: redact.text(path),
        attempt,
        tags: tags.map((tag) => redact.text(tag)),
      },
      context: run.context,
      ...(place === undefined ? {} : { trace_id: place.traceId, span_id: place.spanId }),
    },
    (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value),
  );
}
