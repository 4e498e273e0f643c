// Trace contexts as texts.
import { describe, expect, it } from "vitest";
import { placeInTrace, traceparentOf } from "./w3c-trace.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

describe("a trace context", () => {
  it("comes back from its text", () => {
    for (const traceFlags of [0, 1, 255]) {
      const place = { traceId: TRACE, spanId: SPAN, traceFlags };
      expect(placeInTrace(traceparentOf(place))).toEqual(place);
    }
    expect(traceparentOf({ traceId: TRACE, spanId: SPAN, traceFlags: 1 })).toBe(`00-${TRACE}-${SPAN}-01`);
  });
  it("of a later version is read as far as it is known", () => {
    expect(placeInTrace(`01-${TRACE}-${SPAN}-01-what else`)?.spanId).toBe(SPAN);
  });
  it.each([
    undefined,
    "",
    "00",
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE}-${SPAN}-01x`,
    "x".repeat(100_000),
  ])("is not made of %j", (text) => {
    expect(placeInTrace(text)).toBeUndefined();
  });
});
