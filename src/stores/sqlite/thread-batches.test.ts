import { expect, it } from "vitest";
import { runsOf } from "./thread-batches.ts";
import type { Asked } from "./thread-messages.ts";

function verbsOf(...verbs: readonly Asked["verb"][]): readonly (readonly string[])[] {
  const asked = verbs.map((verb, id) => ({ id, verb, asked: undefined }));
  const runs = runsOf(asked);
  expect(runs.flat()).toEqual(asked);
  return runs.map((run) => run.map(({ verb }) => verb));
}

it("neighbours that write are together, what reads stands alone, and the order stays", () => {
  expect(verbsOf("accept", "commit", "run", "claim", "accept", "records", "runs")).toEqual([
    ["accept", "commit"],
    ["run"],
    ["claim", "accept"],
    ["records"],
    ["runs"],
  ]);
});

it("to open and to close is done alone", () => {
  expect(verbsOf("open", "accept", "accept", "close")).toEqual([["open"], ["accept", "accept"], ["close"]]);
});

it("a hundred and thirty are three", () => {
  expect(verbsOf(...Array<"accept">(130).fill("accept")).map((run) => run.length)).toEqual([64, 64, 2]);
});
