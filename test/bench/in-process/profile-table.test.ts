// What `npm run bench:in-process -- --profile` makes of a CPU profile.
import { describe, expect, it } from "vitest";
import { selfTimeTable, selfTimes, selfTimesByFile } from "../../../bench/in-process/profile-table.ts";

const frame = (id: number, functionName: string, url: string, lineNumber: number) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

const times = selfTimes(
  {
    nodes: [
      frame(1, "(garbage collector)", "", -1),
      frame(2, "", "file:///repo/dist/core/run.js", 9),
      frame(3, "begin", "file:///repo/dist/core/run.js", 19),
      frame(4, "begin", "file:///repo/dist/core/run.js", 19),
      frame(5, "gen", "file:///repo/bench/node_modules/effect/dist/Effect.js", 0),
      frame(6, "fork", "file:///repo/bench/node_modules/effect/dist/Fiber.js", 0),
    ],
    samples: [1, 2, 3, 4, 5, 6],
    timeDeltas: [1000, 2000, 3000, 3000, 500, 500],
  },
  "/repo",
);

describe("self times", () => {
  it("are of functions, however they were called, most time first", () => {
    expect(times.map(({ name, place, selfMs, share }) => [name, place, selfMs, share])).toEqual([
      ["begin", "dist/core/run.js:20", 6, 0.6],
      ["(anonymous)", "dist/core/run.js:10", 2, 0.2],
      ["(garbage collector)", "", 1, 0.1],
      ["gen", "bench/node_modules/effect/dist/Effect.js:1", 0.5, 0.05],
      ["fork", "bench/node_modules/effect/dist/Fiber.js:1", 0.5, 0.05],
    ]);
  });
  it("are of files, and of packages", () => {
    expect(selfTimesByFile(times).map(({ name, selfMs }) => [name, selfMs])).toEqual([
      ["dist/core/run.js", 8],
      ["(garbage collector)", 1],
      ["effect", 1],
    ]);
  });
  it("are shown, the longest", () => {
    expect(selfTimeTable(times, 1)).toBe(` 60.0 %       6 ms  ${"begin".padEnd(36)} dist/core/run.js:20`);
  });
});
