// Spans as a picture: each a bar below its parent, each trace below the one before, with the links between them. Pure.
import { plainAttributes, type ReceivedSpan } from "./receiver.ts";

const ROW = 22;
const LEFT = 300;
const WIDTH = 900;
const RIGHT = 20;
const COLORS: Readonly<Record<number, string>> = { 1: "#4f7cac", 4: "#c08a3e", 5: "#3f8f6b" };

interface Row {
  readonly span: ReceivedSpan;
  readonly depth: number;
}

/** The time of each trace is stretched to the whole width: they are hours apart, or milliseconds. */
export function tracePicture(spans: readonly ReceivedSpan[]): string {
  const sorted = spans.toSorted((one, other) => Number(startOf(one) - startOf(other)));
  const traceIds = [...new Set(sorted.map(({ traceId }) => traceId))];
  const drawn: string[] = [];
  let y = 10;
  for (const [place, traceId] of traceIds.entries()) {
    const rows = rowsOf(sorted.filter((span) => span.traceId === traceId));
    const from = Math.min(...rows.map(({ span }) => Number(startOf(span))));
    const to = Math.max(...rows.map(({ span }) => Number(span.endTimeUnixNano)));
    drawn.push(text(10, y + 15, `trace ${place + 1}`, "bold"));
    y += ROW;
    for (const { span, depth } of rows) {
      const scale = (WIDTH - LEFT - RIGHT) / Math.max(1, to - from);
      const x = LEFT + (Number(startOf(span)) - from) * scale;
      const width = Math.max(3, (Number(span.endTimeUnixNano) - Number(startOf(span))) * scale);
      const links = (span.links ?? []).map((link) => linkText(link, traceIds));
      drawn.push(
        text(20 + depth * 14, y + 15, span.name),
        `<rect x="${x.toFixed(1)}" y="${y + 4}" width="${width.toFixed(1)}" height="14" rx="2" fill="${COLORS[span.kind] ?? "#888"}"/>`,
      );
      y += ROW;
      for (const link of links) {
        drawn.push(text(34 + depth * 14, y + 12, link, "link"));
        y += ROW - 6;
      }
    }
    y += 8;
  }
  return page(y, drawn);
}

function rowsOf(spans: readonly ReceivedSpan[]): Row[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const below = (parent: string | undefined, depth: number): Row[] =>
    spans
      .filter(({ parentSpanId = "" }) => (parent === undefined ? !ids.has(parentSpanId) : parentSpanId === parent))
      .flatMap((span) => [{ span, depth }, ...below(span.spanId, depth + 1)]);
  return below(undefined, 0);
}

function linkText(
  { traceId, attributes }: NonNullable<ReceivedSpan["links"]>[number],
  traceIds: readonly string[],
): string {
  return `↗ ${String(plainAttributes(attributes)["surefoot.link.type"])}: trace ${traceIds.indexOf(traceId) + 1}`;
}

function startOf({ startTimeUnixNano }: ReceivedSpan): bigint {
  return BigInt(startTimeUnixNano);
}

function text(x: number, y: number, content: string, kind = "name"): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" class="${kind}">${escaped}</text>`;
}

function page(height: number, drawn: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="The spans of an endpoint, and of the runs that its event started">
<style>text { font: 13px system-ui, sans-serif; fill: #333 } .bold { font-weight: 600 } .link { font-size: 11px; fill: #777 }</style>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${drawn.join("\n")}
</svg>
`;
}
