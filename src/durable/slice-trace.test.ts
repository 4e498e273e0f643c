// Where runs were traced, as the journal keeps it.
import { describe, expect, it } from "vitest";
import { sampleEvent, sampleStep } from "../testing/journal-samples.ts";
import { sliceOf, traceText } from "./slice-trace.ts";

const carrier = (id: string) => ({ traceparent: `00-${id}-${id}-01` });
const note = (token: number, text: string | null) =>
  sampleStep({ key: `~slice/${token}`, kind: "slice", name: text ?? "", sequence: null });

describe("a slice", () => {
  it("knows where its event was sent, and the first and the last slice before it, by their tokens", () => {
    const event = sampleEvent({ trace: traceText(carrier("e"), false) });
    const records = [10, 9, 2].map((token) => note(token, traceText(carrier(String(token)), false)));
    expect(sliceOf(event, [sampleStep(), ...records])).toEqual({
      isKept: true,
      isInvoked: false,
      trigger: carrier("e"),
      origin: carrier("2"),
      previous: carrier("10"),
    });
  });
  it("knows whether a step invoked it", () => {
    expect(sliceOf(sampleEvent({ trace: traceText(carrier("e"), true) }), [])).toMatchObject({
      isInvoked: true,
      trigger: carrier("e"),
      origin: undefined,
      previous: undefined,
    });
  });
  it("knows nothing where nothing was kept, and makes no prototype of what comes back", () => {
    expect(traceText(undefined, true)).toBeNull();
    expect(sliceOf(sampleEvent(), [])).toMatchObject({ isInvoked: false, trigger: undefined });
    const { trigger } = sliceOf(sampleEvent({ trace: '{"__proto__": {"a": 1}, "traceparent": "x", "b": 2}' }), []);
    expect(trigger).toEqual({ traceparent: "x" });
    for (const text of ["7", "null", "{", ""])
      expect(sliceOf(sampleEvent({ trace: text }), []).trigger).toBeUndefined();
  });
});
