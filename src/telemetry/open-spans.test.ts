// The spans of steps that are open, one in another and beside each other.
import { describe, expect, it } from "vitest";
import { OpenSpans } from "./open-spans.ts";

describe("open spans", () => {
  it("are found by their steps, whichever was opened last, until they are taken out", () => {
    const spans = new OpenSpans<string>();
    const [outer, left, right] = [{}, {}, {}];
    spans.set(outer, "outer");
    spans.set(left, "left");
    spans.set(right, "right");
    expect([outer, left, right].map((handle) => spans.get(handle))).toEqual(["outer", "left", "right"]);
    spans.delete(left);
    expect(spans.all()).toEqual(["outer", "right"]);
    spans.delete(right);
    spans.set(left, "left again");
    spans.delete(outer);
    expect([outer, left, right].map((handle) => spans.get(handle))).toEqual([undefined, "left again", undefined]);
    expect(spans.all()).toEqual(["left again"]);
  });
  it("are one for each step: a step that is opened again has left none behind", () => {
    const spans = new OpenSpans<string>();
    const step = {};
    spans.set(step, "first");
    spans.set(step, "second");
    expect(spans.all()).toEqual(["second"]);
    spans.delete(step);
    expect([spans.get(step), spans.all()]).toEqual([undefined, []]);
  });
});
