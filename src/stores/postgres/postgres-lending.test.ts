// Connections that are lent: all but one, in the order in which they were asked for.
import { describe, expect, it } from "vitest";
import { Lending } from "./postgres-lending.ts";

describe("lending", () => {
  it("is of all connections but one, and whoever waits longest is next, also behind one that failed", async () => {
    const lending = new Lending(3);
    const begun: number[] = [];
    const ends: ((isWell: boolean) => void)[] = [];
    const all = Array.from({ length: 5 }, (_nothing, place) =>
      lending.inTurn(() => {
        begun.push(place);
        return new Promise<number>((resolve, reject) => {
          ends[place] = (isWell) => (isWell ? resolve(place) : reject(new RangeError("no")));
        });
      }),
    );
    const outcomes = Promise.allSettled(all);
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual([0, 1]);
    ends[1]!(false);
    await turn();
    expect(begun).toEqual([0, 1, 2]);
    ends[0]!(true);
    ends[2]!(true);
    await turn();
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    for (const place of [3, 4]) ends[place]!(true);
    expect((await outcomes).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
      "fulfilled",
    ]);
  });
  it("is not possible from one connection alone", () => {
    expect([new Lending(1).isPossible, new Lending(2).isPossible]).toEqual([false, true]);
  });
});
