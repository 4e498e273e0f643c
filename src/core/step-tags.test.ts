import { expect, it } from "vitest";
import { tagsOf } from "./step-tags.ts";

/** As far as tags are concerned. */
function stepWith(tags: readonly string[] | undefined, parent?: object): Parameters<typeof tagsOf>[0] {
  return { parent, plan: { options: { tags } } } as unknown as Parameters<typeof tagsOf>[0];
}

it("a step has the tags of the steps around it, outermost first, then its own", () => {
  const outer = stepWith(["billing"]);
  const middle = stepWith(undefined, outer);
  expect(tagsOf(stepWith(["card", "eu"], middle))).toEqual(["billing", "card", "eu"]);
});

it("each once, where it came first", () => {
  expect(tagsOf(stepWith(["eu", "billing"], stepWith(["billing"])))).toEqual(["billing", "eu"]);
});

it("none where nobody gave any", () => {
  expect(tagsOf(stepWith(undefined, stepWith(undefined)))).toEqual([]);
});
