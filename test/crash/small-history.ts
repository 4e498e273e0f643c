// A small history without a fault: one run, one kill between two steps. Tests break it in one place at a time.
import type { RunDetails, StepDetails } from "../../src/index.ts";
import { killLook, type History, type Life } from "./history.ts";
import type { JournalLook, RunRow, StepRow } from "./journal-look.ts";
import type { BodyLine, LedgerLine } from "./ledger.ts";
import { OutcomeBook } from "./outcome-book.ts";

export const RUN = "run_1";
const FROM = "process 101 on here";

/** What a small history is made of. */
export interface SmallHistory {
  /** What the journal said after the kill, and in the end. */
  readonly looks: readonly [JournalLook, JournalLook];
  readonly lives: readonly Life[];
  readonly lines: readonly LedgerLine[];
  readonly details: RunDetails;
  readonly undisturbed: RunDetails;
  readonly rest: Pick<History, "sent" | "cancelled" | "integrity">;
}

export function smallHistory(): SmallHistory {
  const first = stepRow("First", "1", { state: "ended", status: "completed", sequence: 1, ended_ms: 110 });
  const second = stepRow("Second", "2", { state: "ended", status: "completed", sequence: 2, ended_ms: 210 });
  const note = { kind: "takeover", name: FROM, token: 2, started_ms: 205, ended_ms: 205 } as const;
  const takeover = stepRow("~takeover/2.0", "", { state: "ended", ...note });
  const run = { id: RUN, function_id: "crash/keep-values", event_id: "event-0" };
  const left = runRow({ ...run, status: "running", owner: "worker_1" });
  const done = runRow({ ...run, status: "completed", ended_ms: 220, output: "[7]" });
  const details = runDetails([stepDetails("First", "1"), stepDetails("Second", "2")]);
  return {
    looks: [
      { runs: [left], steps: [first], workers: [{ incarnation: "worker_1", process: '{"pid":101}' }] },
      { runs: [done], steps: [first, second, takeover], workers: [] },
    ],
    lives: [lifeOf(1, 101, 100, 150, "killed"), lifeOf(2, 102, 200, 250, "stopped")],
    lines: [
      ...bodyLines(1, "First", "1"),
      bodyLine(1, "enter", "Second", "2"),
      ...bodyLines(2, "Second", "2").map((line) => ({ ...line, seen: "1" })),
    ],
    details: {
      ...details,
      takeovers: [{ at: new Date(205), from: FROM, openSteps: [{ number: "2", name: "Second" }] }],
    },
    undisturbed: details,
    rest: {
      sent: [
        {
          event: { id: "event-0", name: "load/values", data: { order: 0, failures: 0, shortMs: 0, longMs: 0 } },
          isAccepted: true,
        },
      ],
      cancelled: new Map(),
      integrity: "ok",
    },
  };
}

export function historyOf({ looks, lives, lines, details, undisturbed, rest }: SmallHistory): History {
  const outcomes = new OutcomeBook();
  looks.forEach((look, place) => outcomes.look(place + 1, look));
  return {
    ...rest,
    seed: "small",
    lives,
    lines,
    spanOf: ({ life }) => life,
    outcomes,
    looks: looks.map((look, place) => {
      const { pid, endedMs: atMs } = lives[place]!;
      return killLook({ number: place + 1, life: place + 1, pid, atMs }, look);
    }),
    journal: looks[1],
    runs: new Map(looks[1].runs.map(({ id }) => [id, { ...details, id }])),
    undisturbed: new Map([[RUN, undisturbed]]),
  };
}

export function stepRow(key: string, number: string, given: Partial<StepRow>): StepRow {
  return {
    run: RUN,
    token: 1,
    key,
    state: "ended",
    kind: "run",
    number,
    name: key,
    sequence: null,
    status: null,
    attempts: 1,
    due_ms: null,
    started_ms: 100,
    ended_ms: null,
    value: "[1]",
    refs: null,
    error: null,
    ...given,
  };
}

export function runRow(given: Partial<RunRow> & Pick<RunRow, "id" | "function_id" | "event_id" | "status">): RunRow {
  return {
    owner: null,
    token: 1,
    due_ms: null,
    started_ms: 100,
    ended_ms: null,
    left_by: "[]",
    deaths: 0,
    has_progress: 0,
    is_cancel_requested: 0,
    output: null,
    error: null,
    ...given,
  };
}

export function bodyLine(life: number, kind: BodyLine["kind"], path: string, number: string, attempt = 1): BodyLine {
  return {
    kind,
    role: "leaf",
    life,
    pid: 100 + life,
    atMs: life * 100 + 5,
    run: RUN,
    token: life,
    path,
    number,
    attempt,
    idempotencyKey: `${RUN}:${path}`,
    isAtMostOnce: false,
    ...(kind === "effect" ? { ends: "value" } : {}),
  };
}

/** A body that was entered and had its effect. */
export function bodyLines(life: number, path: string, number: string, attempt = 1): BodyLine[] {
  return [bodyLine(life, "enter", path, number, attempt), bodyLine(life, "effect", path, number, attempt)];
}

export function stepDetails(path: string, number: string): StepDetails {
  return { number, name: path, path, kind: "run", status: "completed", attempts: 1, output: 1, tags: [], steps: [] };
}

function runDetails(steps: readonly StepDetails[]): RunDetails {
  return {
    id: RUN,
    function: { id: "keep-values", name: "Keep values" },
    event: { id: "event-0", name: "load/values", data: {}, user: undefined, ts: 0 },
    status: "completed",
    output: 7,
    createdAt: new Date(100),
    steps,
    takeovers: [],
  };
}

function lifeOf(number: number, pid: number, spawnedMs: number, endedMs: number, end: Life["end"]): Life {
  return { number, pid, spawnedMs, loadedMs: spawnedMs, startedMs: spawnedMs, endedMs, end, complaints: "" };
}
