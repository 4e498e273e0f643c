// A function in two versions of its code: one records, the other finds what was recorded.
import type { Observer, RunDetails, StepTools } from "../../src/index.ts";
import type { Store } from "../../src/durable/store.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import type { BodyKind } from "./random-trees.ts";
import { passUntilSettled, passUntilStatus, quiet, virtualApp, type VirtualApp } from "./virtual-time.ts";

/** One line of a function: a step by its name, a sleep, or a step with an input. */
export type Line =
  | string
  | { readonly sleep: string; readonly duration: string }
  | { readonly run: string; readonly input: unknown };

/** One version of the code, in a body of a kind. */
export interface Version {
  readonly body: BodyKind;
  readonly lines: readonly Line[];
  readonly onMismatch?: "pause" | "fail" | "ignore";
}

/** A process with a version of the code. */
export interface Deployment {
  readonly app: VirtualApp;
  readonly clock: ManualClock;
  /** The names of the bodies that ran. */
  readonly ran: readonly string[];
  /** What observers were told of pauses. */
  readonly pauses: readonly string[];
}

export function runName(line: Line): string {
  return typeof line === "string" ? line : "sleep" in line ? line.sleep : line.run;
}

function stepOf(step: StepTools, line: Line, ran: string[]) {
  const body = (): string => {
    ran.push(runName(line));
    return `did ${runName(line)}`;
  };
  if (typeof line === "string") return step.run(line, body);
  return "sleep" in line
    ? step.sleep(line.sleep, line.duration)
    : step.run(line.run, (_input: unknown) => body(), line.input);
}

/** Starts a process with this version on the store, at this time. */
export async function deploy(store: Store, nowMs: number, { body, lines, onMismatch }: Version) {
  const clock = new ManualClock(nowMs);
  const ran: string[] = [];
  const pauses: string[] = [];
  const observer: Observer = { onRunPause: ({ difference }) => void pauses.push(difference) };
  const app = virtualApp(store, clock, { observers: [observer], ...(onMismatch === undefined ? {} : { onMismatch }) });
  const options = { name: "Handle payments" };
  const trigger = { event: "pay" };
  const target =
    body === "async"
      ? app.createFunction(options, trigger, async ({ step }) => {
          const given: unknown[] = [];
          for (const line of lines) given.push(await stepOf(step, line, ran));
          return given;
        })
      : body === "generator"
        ? app.createFunction(options, trigger, function* ({ step }): Generator<unknown, unknown[], any> {
            const given: unknown[] = [];
            for (const line of lines) given.push(yield* stepOf(step, line, ran));
            return given;
          })
        : app.createFunction(options, trigger, async function* ({ step }): AsyncGenerator<unknown, unknown[], any> {
            const given: unknown[] = [];
            for (const line of lines) given.push(yield* stepOf(step, line, ran));
            return given;
          });
  await app.start();
  const deployment: Deployment = { app, clock, ran, pauses };
  return { ...deployment, target };
}

const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 24 * 3_600_000;

/** When the run that was recorded wakes. */
export const WAKE_MS = START_MS + DAY_MS + 60_000;

/** Runs a version until it sleeps for a day, and stops its process. Gives the run's id. */
export async function record(store: Store, version: Version): Promise<string> {
  const { app, clock, target } = await deploy(store, START_MS, version);
  const { id } = app.run(target, { data: null });
  await passUntilStatus(app, clock, id, "sleeping");
  await undeploy({ app, clock });
  return id;
}

export async function undeploy({ app, clock }: Pick<Deployment, "app" | "clock">): Promise<void> {
  await passUntilSettled(clock, app.stop());
}

/** How the run stands once everything has happened that waits for no timer. */
export async function standing({ app }: Pick<Deployment, "app">, runId: string): Promise<RunDetails> {
  await quiet(60);
  return (await app.runs.get(runId))!;
}
