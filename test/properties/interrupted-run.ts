// One run of a function through several lives of its process: each is cut, or stopped, after so many writes, and the next takes over.
import { StoreClosedError, type FunctionLinks, type RunDetails, type StepDetails } from "../../src/index.ts";
import type { StepRecord } from "../../src/durable/journal.ts";
import type { Store } from "../../src/durable/store.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { CutStore } from "./cut-store.ts";
import type { Sequence } from "./random-trees.ts";
import { CallLog, TreeCode, markOf } from "./tree-code.ts";
import type { Outcome } from "./tree-model.ts";
import { passUntil, passUntilSettled, quiet, virtualApp, type VirtualApp } from "./virtual-time.ts";

/** How one life of the process ends. */
export interface Interruption {
  readonly afterWrites: number;
  /** `kill`: its store answers no more, and it is buried. `stop`: it is asked to stop, and lets what is at work end. */
  readonly by: "kill" | "stop";
}

/** One life: what was in the journal when it began, and which bodies it entered. */
export interface Life {
  readonly known: readonly StepRecord[];
  /** Whether the life before it was killed. */
  readonly isTakeover: boolean;
  readonly log: CallLog;
  readonly writes: number;
}
export interface EndedRun {
  readonly outcome: Outcome;
  readonly steps: readonly StepDetails[];
  readonly details: RunDetails;
  readonly lives: readonly Life[];
}

const MOST_LIVES = 10;

/** What a life begins with. */
export interface Beginning {
  /** From 0. */
  readonly life: number;
  readonly log: CallLog;
  readonly clock: ManualClock;
}
/** Defines the function in the app of a life. */
export type Program = (app: VirtualApp, beginning: Beginning) => FunctionLinks<any, unknown, unknown>;

/** Runs the function to its end. `openStore` opens the same store again for each life, as a new process would. */
export async function runThrough(
  program: Program,
  openStore: () => Store,
  interruptions: readonly Interruption[],
): Promise<EndedRun> {
  const lives: Life[] = [];
  const id = "event";
  let runId = "";
  let isTakeover = false;
  let nowMs = Date.UTC(2026, 0, 1);
  for (let life = 0; life < MOST_LIVES; life++) {
    const store = openStore();
    await store.open();
    const known = runId === "" ? [] : await store.records({ id: runId });
    const clock = new ManualClock(nowMs);
    const log = new CallLog();
    const interruption = interruptions[life];
    let isAsked = false;
    const cut = new CutStore(
      store,
      interruption?.afterWrites,
      interruption?.by === "stop" ? () => (isAsked = true) : undefined,
    );
    const app = virtualApp(cut.port, clock);
    const target = program(app, { life, log, clock });
    await app.start();
    const run = app.run(target, { data: null, id });
    runId = run.id;
    let outcome: Outcome | undefined;
    run.then(
      (value) => (outcome = { value }),
      (error: unknown) => {
        if (!(error instanceof StoreClosedError)) outcome = { error: markOf(error) }; // else the app was stopped before
      },
    );
    await passUntil(clock, () => outcome !== undefined || cut.isCut || isAsked);
    nowMs = clock.now();
    if (outcome === undefined && cut.isCut) {
      await quiet(); // what has begun and writes nothing comes to its end
      const { incarnation } = cut;
      await store.buryWorker({ incarnation, description: "process 1 on a machine", nowMs });
    } else if (outcome === undefined) {
      await passUntilSettled(clock, app.stop());
    }
    lives.push({ known, isTakeover, log, writes: cut.writes });
    isTakeover = cut.isCut;
    if (outcome === undefined) continue;
    const details = (await app.runs.get(runId))!;
    await passUntilSettled(clock, app.stop());
    return { outcome, steps: flat(details.steps), details, lives };
  }
  throw new RangeError(`not ended after ${MOST_LIVES} lives`);
}

/** The function whose body is the tree. */
export function treeProgram(tree: Sequence): Program {
  const options = { name: "Run the tree", retries: { retries: 2, initial: 1, jitter: false } } as const;
  return (app, { log }) => {
    const code = new TreeCode(log);
    return app.createFunction(options, { event: "run" }, ({ step, attempt }) => code.body(tree, step, "", attempt + 1));
  };
}

function flat(steps: readonly StepDetails[]): StepDetails[] {
  return steps.flatMap((step) => [step, ...flat(step.steps)]);
}
