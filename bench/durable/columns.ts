// The tables of the pages: a column is a metric, and how it is shown. Pure.
import { showBytes, showCount } from "../shared/show-figures.ts";
import type { WorkloadName } from "./workloads.ts";

export interface Column {
  readonly heading: string;
  readonly metric: string;
  readonly show: (value: number) => string;
}

const rate = (value: number) => showCount(Math.round(value));
const digits = (value: number) => (value >= 100 ? rate(value) : value.toPrecision(value < 0.001 ? 1 : 2));
const ms = (value: number) => `${digits(value)} ms`;
const us = (value: number) => `${digits(value)} µs`;
const mb = (value: number) => `${Math.round(value)} MB`;
const column = (heading: string, metric: string, show: (value: number) => string): Column => ({
  heading,
  metric,
  show,
});

const SERVER = [
  column("statements a step", "statementsPerStep", digits),
  column("commits a step", "commitsPerStep", digits),
  column("flushes a step", "fsyncsPerStep", digits),
  column("WAL a step", "walBytesPerStep", showBytes),
];
const LONG = [
  column("a step", "msPerStep", ms),
  column("first tenth", "firstTenthMsPerStep", ms),
  column("last tenth", "lastTenthMsPerStep", ms),
  column("processor, worker", "workerMsPerStep", ms),
  column("processor, server", "serverMsPerStep", ms),
];

export const COLUMNS: Readonly<Record<WorkloadName, readonly Column[]>> = {
  drain: [
    column("runs a second", "runsPerS", rate),
    column("sent a second", "sentPerS", rate),
    column("processor a run, worker", "workerMsPerRun", ms),
    column("processor a run, server", "serverMsPerRun", ms),
    column("memory", "rssMb", mb),
    ...SERVER,
  ],
  idle: [
    column("first step, p50", "startP50Ms", ms),
    column("p99", "startP99Ms", ms),
    column("result, p50", "resultP50Ms", ms),
    column("p99", "resultP99Ms", ms),
    column("asked", "asked", rate),
  ],
  long: [...LONG, ...SERVER],
  longest: LONG,
  sleepers: [
    column("sent a second", "sentPerS", rate),
    column("put to sleep a second", "asleepPerS", rate),
    column("memory before", "rssBeforeMb", mb),
    column("memory asleep", "rssAsleepMb", mb),
    column("done a second, awake", "drainPerS", rate),
    column("processor a run, worker", "workerMsPerRun", ms),
    column("processor a run, server", "serverMsPerRun", ms),
  ],
  crash: [
    column("first step after", "firstStepMs", ms),
    column("all finished after", "finishedMs", ms),
    column("bodies run twice", "repeated", rate),
    column("of these recorded", "repeatedRecorded", rate),
  ],
  blocks: [
    column("loop, p50", "loopP50Ms", ms),
    column("p99", "loopP99Ms", ms),
    column("longest", "loopMaxMs", ms),
    column("calls of SQLite a run", "callsPerRun", digits),
    column("a call, p50", "callP50Us", us),
    column("p99", "callP99Us", us),
    column("longest call", "callMaxMs", ms),
  ],
};
