// No step's failure is an `unhandledRejection`: it is the awaiter's, or the parent's. Counted in processes of their own.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { RejectionReport } from "./rejection-programs.ts";
import { PLACES, type Place } from "./stage.ts";

const script = `${import.meta.dirname}/rejection-programs.ts`;

async function report(place: Place): Promise<RejectionReport> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", script, place]);
  return JSON.parse(stdout) as RejectionReport;
}

describe.each(PLACES)("%s", (place) => {
  it("the failures of floating, parallel, late and cancelled steps are never left to the process", async () => {
    const programs = Object.entries(await report(place));
    const controls = programs.filter(([name]) => name.startsWith("control"));
    const unhandled = programs.filter(([name, { rejections }]) => !name.startsWith("control") && rejections > 0);
    expect(programs.length - controls.length).toBeGreaterThan(60);
    expect(unhandled).toEqual([]);
    // What has no parent is an ordinary unhandled rejection, and the counter counts.
    expect(controls.map(([name, { rejections }]) => [name, rejections])).toEqual([
      ["control: a promise of one's own", 1],
      ["control: a floating step outside any event", 1],
    ]);
  });

  it("and they fail the run, unless something recovers them", async () => {
    const ends = Object.entries(await report(place));
    const endsBy = (prefix: string) =>
      new Set(ends.filter(([name]) => name.startsWith(prefix)).map(([, { end }]) => end));
    expect(endsBy("floating")).toEqual(new Set(["failure"]));
    expect(endsBy("two floating")).toEqual(new Set(["failure"]));
    expect(endsBy("two views, nobody awaits")).toEqual(new Set(["failure"]));
    expect(endsBy("all,")).toEqual(new Set(["failure"]));
    expect(endsBy("race,")).toEqual(new Set(["value"]));
    expect(endsBy("timeout")).toEqual(new Set(["value"]));
    expect(endsBy("cancelled")).toEqual(new Set(["cancelled"]));
  });
});
