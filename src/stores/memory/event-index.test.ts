import { beforeEach, expect, it } from "vitest";
import { encodeValue } from "../../core/value-codec.ts";
import { matchOf } from "../../durable/event-match.ts";
import { sampleEvent } from "../../testing/journal-samples.ts";
import { EventIndex, type PlacedEvent } from "./event-index.ts";

const ONE = matchOf({ order: 1 });
let index = new EventIndex();

function placed(position: number, data: unknown, name = "paid"): PlacedEvent {
  return { position, event: sampleEvent({ id: `event-${position}`, name, data: encodeValue(data) }) };
}
function positions(found: readonly PlacedEvent[]): number[] {
  return found.map(({ position }) => position);
}

beforeEach(() => {
  index = new EventIndex();
  for (const [place, order] of [1, 2, 1, 2, 1].entries()) index.add(placed(place + 1, { order }));
  index.add(placed(6, { order: 1 }, "other"));
});

it("finds those with a name that were accepted behind a place, in their order", () => {
  expect([0, 3, 5].map((since) => positions(index.find("paid", null, since)))).toEqual([[1, 2, 3, 4, 5], [4, 5], []]);
  expect(index.find("never sent", null, 0)).toEqual([]);
});

it("finds those with this in their data, also what is added after it was asked for", () => {
  expect([0, 1, 3].map((since) => positions(index.find("paid", ONE, since)))).toEqual([[1, 3, 5], [3, 5], [5]]);
  index.add(placed(7, { order: 1 }));
  index.add(placed(8, "no order"));
  expect(positions(index.find("paid", ONE, 3))).toEqual([5, 7]);
  expect(index.find("paid", matchOf({ order: 9 }), 0)).toEqual([]);
});

it("finds what was removed no more, and what was given before does not change", () => {
  const given = index.find("paid", ONE, 0);
  index.remove(given.slice(0, 2));
  expect([positions(index.find("paid", ONE, 0)), positions(index.find("paid", null, 0))]).toEqual([[5], [2, 4, 5]]);
  expect(positions(given)).toEqual([1, 3, 5]);
});
