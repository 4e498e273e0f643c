import { describe, expect, it } from "vitest";
import { fairShare, type Queue } from "./fair-share.ts";

interface Run {
  readonly name: string;
  readonly dueMs: number;
  readonly position: number;
}

/** `a0`, `a1`, … each due a moment after the one before. */
function queue(functionId: string, count: number, { room = Infinity, sinceMs = 0 } = {}): Queue<Run> {
  const runs = Array.from({ length: count }, (_nothing, place) => ({
    name: `${functionId}${place}`,
    dueMs: sinceMs + place,
    position: place,
  }));
  return { functionId, room, runs };
}
const names = (runs: readonly Run[]) => runs.map(({ name }) => name).join(" ");

describe("whose turn it is", () => {
  it("one of each function, then the next of each, however many others have", () => {
    const queues = [queue("a", 1_000), queue("b", 2, { sinceMs: 500 }), queue("c", 1, { sinceMs: 900 })];
    expect(names(fairShare(queues, [], 7))).toBe("a0 b0 c0 a1 b1 a2 a3");
  });

  it("all where there is room for all, and none where there is nothing", () => {
    expect(names(fairShare([queue("a", 2), queue("b", 1)], [], 100))).toBe("a0 b0 a1");
    expect(fairShare([queue("a", 0)], [], 5)).toEqual([]);
    expect(fairShare([], [], 5)).toEqual([]);
  });

  it("goes by what is at work, then by the last turn, then by what was due first", () => {
    const share = (functionId: string, atWork: number, lastTurn: number) => ({ functionId, atWork, lastTurn });
    const queues = [queue("a", 9), queue("b", 9, { sinceMs: 1 }), queue("c", 9, { sinceMs: 2 })];
    expect(names(fairShare(queues, [share("a", 2, 1), share("b", 0, 9)], 4))).toBe("c0 b0 c1 b1");
    expect(names(fairShare(queues, [share("a", 0, 2), share("b", 0, 1)], 3))).toBe("c0 b0 a0");
    expect(names(fairShare(queues, [], 3))).toBe("a0 b0 c0");
  });

  it("what is due at one moment goes by its position", () => {
    const at = (functionId: string, position: number) => ({
      functionId,
      room: Infinity,
      runs: [{ name: functionId, dueMs: 5, position }],
    });
    expect(names(fairShare([at("a", 2), at("b", 1)], [], 1))).toBe("b");
  });
});

it("no function has more than its room, and what it leaves is the others'", () => {
  const queues = [queue("a", 9, { room: 1 }), queue("b", 9, { room: 0 }), queue("c", 9)];
  expect(names(fairShare(queues, [], 5))).toBe("a0 c0 c1 c2 c3");
});

it("a queue is read one ahead of what is taken of it, and of one that is full, nothing", () => {
  const read: string[] = [];
  function* watched({ runs }: Queue<Run>) {
    for (const run of runs) {
      read.push(run.name);
      yield run;
    }
  }
  const queues = [queue("a", 50), queue("b", 50, { room: 1, sinceMs: 100 }), queue("c", 50, { room: 0 })];
  expect(
    names(
      fairShare(
        queues.map((one) => ({ ...one, runs: watched(one) })),
        [],
        3,
      ),
    ),
  ).toBe("a0 b0 a1");
  expect(read).toEqual(["a0", "b0", "a1"]);
});
