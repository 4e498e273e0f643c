// What owners write about their runs, as one statement a batch.
//
// Owns: which writes were sent without an answer. Does not own: which writes are made together (durable/group-commit), what they are refused for (postgres-commit-sql).
// Called by: postgres-store.
//   W1. A batch is one statement, and so one transaction. What is plain in it is written as a whole; the rest one by one.
//   W2. The writes of one run go one way, in their order.
//   W3. A write that is made again after its answer was lost, and that is found kept then, is kept.
import {
  closesWait,
  isOfWait,
  isProgress,
  statesBefore,
  type RecordState,
  type StepRecord,
  type Wait,
} from "../../durable/journal.ts";
import type { RunChange, RunWrite, WriteResult } from "../../durable/store.ts";
import { stepToCells } from "../shared/row-codec.ts";
import { STEP_CELLS } from "./postgres-commit-sql.ts";
import { ColumnTexts } from "./postgres-columns.ts";
import type { PostgresCell, PostgresSession } from "./postgres-connection.ts";
import type { PostgresMatches } from "./postgres-matches.ts";
import { arrayText, toText } from "./postgres-text.ts";

const RESULTS: Readonly<Record<string, WriteResult>> = {
  k: "kept",
  r: "refused",
  c: "cancelRequested",
  a: "arrived",
};
/** Of each record, before its cells: run, token, save, whether it is progress, and what it may follow. */
const STEP_MARKS = 5;
/** Of `commit_1`. */
const PARAMETERS = 10 + STEP_MARKS + STEP_CELLS.length + 10;

export class PostgresWrites {
  readonly #matches: PostgresMatches;
  readonly #commit: string;
  readonly #unanswered = new WeakSet<RunWrite>();

  constructor(surefoot: string, matches: PostgresMatches) {
    this.#matches = matches;
    const parameters = Array.from({ length: PARAMETERS }, (_nothing, place) => `$${place + 1}`);
    this.#commit = `select ${surefoot}.commit_1(${parameters.join(", ")}) as letters`;
  }

  /** W1 */
  async commit(
    statements: PostgresSession,
    incarnation: string,
    writes: readonly RunWrite[],
  ): Promise<readonly WriteResult[]> {
    if (writes.length === 0) return [];
    try {
      return await this.#write(statements, incarnation, writes);
    } catch (error) {
      for (const write of writes) this.#unanswered.add(write);
      throw error;
    }
  }

  async #write(
    statements: PostgresSession,
    incarnation: string,
    writes: readonly RunWrite[],
  ): Promise<readonly WriteResult[]> {
    let careful = carefulRuns(writes, this.#unanswered);
    for (;;) {
      const plainWrites = writes.filter(({ runId }) => !careful.has(runId));
      const others = writes.filter(({ runId }) => careful.has(runId));
      const cells = commitCells(incarnation, plainWrites, others, this.#unanswered);
      const letters = (await statements.rows(this.#commit, ...cells))[0]!["letters"] as string | null;
      if (letters?.startsWith("!") === true) await this.#matches.digest(statements, letters.slice(1));
      else if (letters === null) careful = new Set(writes.map(({ runId }) => runId));
      else return inOrder(writes, plainWrites, others, letters);
    }
  }
}

function inOrder(
  writes: readonly RunWrite[],
  plainWrites: readonly RunWrite[],
  others: readonly RunWrite[],
  letters: string,
): readonly WriteResult[] {
  if (plainWrites.length === writes.length || others.length === writes.length)
    return Array.from(letters, (letter) => RESULTS[letter]!);
  const byWrite = new Map([...plainWrites, ...others].map((write, place) => [write, RESULTS[letters[place]!]!]));
  return writes.map((write) => byWrite.get(write)!);
}

/** W2: the runs whose writes are looked at one by one. */
function carefulRuns(writes: readonly RunWrite[], unanswered: WeakSet<RunWrite>): ReadonlySet<string> {
  const careful = new Set<string>();
  const last = new Map<string, RunWrite>();
  const keys = new Map<string, Set<string>>();
  for (const write of writes) {
    const { runId, records, change } = write;
    const before = last.get(runId);
    last.set(runId, write);
    const follows = before !== undefined && before.change !== null;
    if (!isPlain(records, change) || follows || unanswered.has(write)) careful.add(runId);
    if (before === undefined && records.length < 2) continue;
    const known = keys.get(runId) ?? new Set(before?.records.map(({ key }) => key));
    keys.set(runId, known);
    for (const { key } of records) {
      if (known.has(key)) careful.add(runId);
      known.add(key);
    }
  }
  return careful;
}

function isPlain(records: readonly StepRecord[], change: RunChange | null): boolean {
  if (change === null ? records.length === 0 : change.kind !== "end" && change.kind !== "suspend") return false;
  if (change?.kind === "suspend" && change.waits.length > 0) return false;
  return records.every((record) => record.state !== "waiting" && !isOfWait(record));
}

/** The parameters of `commit_1`. */
function commitCells(
  incarnation: string,
  plain: readonly RunWrite[],
  careful: readonly RunWrite[],
  unanswered: WeakSet<RunWrite>,
): PostgresCell[] {
  const waits = careful.flatMap(({ runId, records }) =>
    records.flatMap(({ wait }) => (wait === null ? [] : [{ runId, wait }])),
  );
  const events = waits.flatMap(({ runId, wait }) => (wait.kind === "event" ? [{ runId, ...wait }] : []));
  const targets = waits.flatMap(({ wait }) => (wait.kind === "run" ? [wait.runId] : []));
  const ended = [...plain, ...careful].filter(({ change }) => change?.kind === "end").map(({ runId }) => runId);
  const locked = new Set([...plain, ...careful].map(({ runId }) => runId).concat(targets));
  return [
    incarnation,
    arrayText(events.map(({ event }) => event)),
    arrayText([...locked]),
    arrayText(ended),
    arrayText(events.map(({ runId }) => runId)),
    arrayText(events.map(({ event }) => event)),
    arrayText(events.map(({ match }) => match?.paths ?? "")),
    JSON.stringify(careful.map((write) => carefulWrite(write, unanswered.has(write)))),
    ...plainCells(plain),
  ];
}

function plainCells(writes: readonly RunWrite[]): readonly PostgresCell[] {
  const fences = new ColumnTexts(2);
  const steps = new ColumnTexts(STEP_MARKS + STEP_CELLS.length);
  const ends = new ColumnTexts(6);
  const leaves = new ColumnTexts(4);
  for (const { runId, token, saveId, records, change } of writes) {
    fences.add([runId, token]);
    for (const record of records) {
      steps.add([runId, token, saveId, isProgress(record), textBefore(record.state)]);
      steps.add(stepToCells(record), STEP_MARKS);
    }
    if (change?.kind === "end") ends.add([runId, saveId, change.status, change.output, change.error, change.atMs]);
    if (change?.kind === "suspend") leaves.add([runId, saveId, change.status, change.dueMs]);
  }
  return [...fences.lists, ...steps.lists, ...ends.lists, ...leaves.lists];
}

const BEFORE = new Map<RecordState, string>();

/** The states that a record may follow, as a text to look in. */
function textBefore(state: RecordState): string {
  const known = BEFORE.get(state);
  if (known !== undefined) return known;
  const text = `,${statesBefore(state).join(",")},`;
  BEFORE.set(state, text);
  return text;
}

/** A write as `write_1` takes it. W3 */
function carefulWrite({ runId, token, saveId, records, change }: RunWrite, again: boolean): object {
  const cells = { run: toText(runId), token, save: saveId, again };
  return { ...cells, records: records.map(carefulRecord), change: changeCells(change) };
}

function carefulRecord(record: StepRecord): object {
  const cells = stepToCells(record).map((cell) => (typeof cell === "string" ? toText(cell) : cell));
  return {
    ...Object.fromEntries(STEP_CELLS.map(([column], place) => [column, cells[place]])),
    before: textBefore(record.state),
    is_progress: isProgress(record),
    is_of_wait: isOfWait(record),
    closes: closesWait(record),
    ...(record.state === "waiting" && record.wait !== null ? waitCells(record.wait) : {}),
  };
}

function waitCells(wait: Wait): object {
  if (wait.kind === "run") return { target: toText(wait.runId) };
  return { event: toText(wait.event), paths: toText(wait.match?.paths ?? ""), match: wait.match?.digest ?? "" };
}

function changeCells(change: RunChange | null): object {
  switch (change?.kind) {
    case undefined:
      return {};
    case "suspend":
      return { kind: change.kind, status: change.status, due: change.dueMs, waits: change.waits.map(toText) };
    case "pause":
      return { kind: change.kind, note: toText(change.note), at: change.atMs };
    case "acknowledge":
      return { kind: change.kind };
    case "end": {
      const { kind, status, output, error, atMs } = change;
      return {
        kind,
        status,
        output: output === null ? null : toText(output),
        error: error === null ? null : toText(error),
        at: atMs,
      };
    }
  }
}
