// A run of the benchmark that was stopped goes on where it was.
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { KeptSamples } from "../../../bench/durable/kept-samples.ts";
import type { Sample } from "../../../bench/durable/sample.ts";

const SAMPLE: Sample = { round: 0, workload: "drain", contestant: "dbos", metrics: { runsPerS: 144 } };
const FAILED: Sample = { ...SAMPLE, round: 1, metrics: {}, failure: "stuck" };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kept-samples-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const open = (identity: string, isFresh = false) => new KeptSamples(join(folder, "kept.jsonl"), identity, isFresh);

it("what was measured of the same build is there, what failed or was cut off is measured again", () => {
  const first = open("build 1");
  first.add(SAMPLE);
  first.add(FAILED);
  appendFileSync(join(folder, "kept.jsonl"), '{"round":2,"work');
  const second = open("build 1");
  expect(second.all).toEqual([SAMPLE]);
  expect([second.has(SAMPLE), second.has(FAILED)]).toEqual([true, false]);
});

it("of another build, or where it is not wanted, nothing is there", () => {
  open("build 1").add(SAMPLE);
  expect(open("build 1", true).all).toEqual([]);
  open("build 1").add(SAMPLE);
  expect(open("build 2").all).toEqual([]);
});
