// Log lines as JSON, one object a line, for whatever collects them.
import { systemClock } from "../core/clock.ts";
import { InvalidDefinitionError } from "../core/errors.ts";
import type { ObservedLog, Observer } from "../core/observer.ts";
import { LineStream, type LineTarget } from "./line-stream.ts";
import { writeLine } from "./standard-output.ts";
import { placeInTrace } from "./w3c-trace.ts";

/** Where JSON lines go. */
export interface JsonLogOptions {
  /** Is given one line, without its end. Default: standard output, written as `console.log` writes. */
  readonly write?: ((line: string) => void) | undefined;
  /** Instead of `write`: a stream that may be slow. What it cannot take in time is dropped. */
  readonly stream?: LineTarget | undefined;
  /** How many bytes may wait in the stream before lines are dropped. Default: 1 MiB. */
  readonly limit?: number | undefined;
}

/** An observer that writes JSON lines, and what it has come to. */
export interface JsonLog extends Observer {
  /** Of a `stream`: how many lines it was given, and how many were dropped because it was too slow. */
  readonly counts: { readonly written: number; readonly dropped: number };
}

const LIMIT_BYTES = 1024 * 1024;

/**
 * An observer that writes what `step.log` says as lines of JSON: time, level, message, fields, run, step, context, trace.
 *
 * Use it where a collector reads standard output, instead of the story: `createApp({ observers: [jsonLog()] })`. Standard output
 * is written at once, and its reader's pace is the process's, as with `console.log`; a `stream` never holds a run up: when it has
 * not taken what it was given, lines are dropped, counted, and told of in a line of their own once it takes more. Secrets are
 * redacted, and control characters are escaped, so that no message can forge a line. What cannot be written as JSON is left out.
 * Throws `InvalidDefinitionError` for options that make no sense.
 *
 * @example
 * const app = createApp({ name: "billing", observers: [jsonLog()] });
 */
export function jsonLog(options: JsonLogOptions = {}): JsonLog {
  const { stream, limit = LIMIT_BYTES, write = writeLine } = options;
  if (typeof write !== "function" || (stream !== undefined && options.write !== undefined))
    throw InvalidDefinitionError.for("jsonLog takes either write, a function, or a stream");
  if (stream === undefined) {
    let written = 0;
    return {
      get counts() {
        return { written, dropped: 0 };
      },
      onLog: (log) => {
        written++;
        return write(lineOf(log));
      },
    };
  }
  if (typeof stream.write !== "function" || typeof stream.writableLength !== "number" || !(limit >= 0))
    throw InvalidDefinitionError.for("jsonLog takes a stream of Node's, and its limit in bytes");
  const lines = new LineStream(stream, limit, droppedNote);
  return {
    get counts() {
      return lines.counts;
    },
    onLog: (log) => lines.write(lineOf(log)),
  };
}

function droppedNote(dropped: number): string {
  const time = new Date(systemClock.now()).toISOString();
  const message = `${dropped} ${dropped === 1 ? "line was" : "lines were"} dropped: the log's stream was too slow`;
  return JSON.stringify({ time, level: "warn", message });
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
