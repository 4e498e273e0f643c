// Spans as a text that is the same each time: traces in the order of their beginning, spans below their parents.
import { plainAttributes, type ReceivedSpan } from "./receiver.ts";

const KINDS = ["", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const STATUS = ["", "OK", "ERROR"];
/** What is another one each time. */
const CHANGING: ReadonlySet<string> = new Set(["surefoot.run.id", "exception.stacktrace", "wake_at", "from"]);
const RUN_ID = /run_[0-9a-z]{26}/gu;
const EVENT_ID = /^(?:evt|event)_/u;

export function spanTree(spans: readonly ReceivedSpan[]): string {
  const sorted = spans.toSorted((one, other) => compare(one, other));
  const traceIds = [...new Set(sorted.map(({ traceId }) => traceId))];
  const tree = new SpanTree(sorted, traceIds);
  return `${traceIds.map((traceId, place) => [`trace ${place + 1}`, ...tree.linesOf(traceId)].join("\n")).join("\n")}\n`;
}

function compare(one: ReceivedSpan, other: ReceivedSpan): number {
  const difference = BigInt(one.startTimeUnixNano) - BigInt(other.startTimeUnixNano);
  return difference === 0n ? one.name.localeCompare(other.name) : Number(difference);
}

class SpanTree {
  readonly #spans: readonly ReceivedSpan[];
  readonly #traceIds: readonly string[];

  constructor(spans: readonly ReceivedSpan[], traceIds: readonly string[]) {
    this.#spans = spans;
    this.#traceIds = traceIds;
  }

  linesOf(traceId: string): string[] {
    const inTrace = this.#spans.filter((span) => span.traceId === traceId);
    const ids = new Set(inTrace.map(({ spanId }) => spanId));
    const roots = inTrace.filter(({ parentSpanId = "" }) => !ids.has(parentSpanId));
    return roots.flatMap((root) => this.#lines(root, inTrace, 1));
  }

  #lines(span: ReceivedSpan, inTrace: readonly ReceivedSpan[], depth: number): string[] {
    const indent = "  ".repeat(depth);
    const children = inTrace.filter(({ parentSpanId }) => parentSpanId === span.spanId);
    const { code = 0, message } = span.status;
    const status =
      code === 0 ? "" : ` ${STATUS[code]}${message === undefined ? "" : ` "${message.replaceAll(RUN_ID, "run_…")}"`}`;
    const isCutOff = depth === 1 && (span.parentSpanId ?? "") !== "";
    return [
      `${indent}${span.name} ${KINDS[span.kind]}${status}${isCutOff ? " (below a span that never ended)" : ""}`,
      ...attributeLines(span.attributes).map((line) => `${indent}    ${line}`),
      ...(span.links ?? []).map((link) => `${indent}    link ${this.#linked(link)}`),
      ...(span.events ?? []).map((event) => {
        return `${indent}    event ${[event.name, ...attributeLines(event.attributes)].join(", ")}`;
      }),
      ...children.flatMap((child) => this.#lines(child, inTrace, depth + 1)),
    ];
  }

  #linked({ traceId, spanId, attributes }: NonNullable<ReceivedSpan["links"]>[number]): string {
    const type = String(plainAttributes(attributes)["surefoot.link.type"]);
    const place = this.#traceIds.indexOf(traceId) + 1;
    const name = this.#spans.find((span) => span.spanId === spanId)?.name ?? "a span that never ended";
    return `${type} → trace ${place === 0 ? "?" : place}, ${name}`;
  }
}

/** In the order of their names: theirs says nothing. */
function attributeLines(attributes: ReceivedSpan["attributes"]): string[] {
  return Object.entries(plainAttributes(attributes)).map(shown).toSorted();
}

function shown([key, value]: readonly [string, unknown]): string {
  const isChanging = CHANGING.has(key) || (typeof value === "string" && EVENT_ID.test(value));
  return `${key} = ${isChanging ? "…" : JSON.stringify(value).replaceAll(RUN_ID, "run_…")}`;
}
