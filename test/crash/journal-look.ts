// A look at the journal's file itself, past the library: what is there is there.
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

export interface RunRow {
  readonly id: string;
  readonly function_id: string;
  readonly event_id: string;
  readonly status: string;
  readonly owner: string | null;
  /** Grows with each claim, and whenever an owner loses it. */
  readonly token: number;
  readonly due_ms: number | null;
  readonly started_ms: number | null;
  readonly ended_ms: number | null;
  readonly left_by: string;
  readonly deaths: number;
  readonly has_progress: number;
  readonly is_cancel_requested: number;
  readonly output: string | null;
  readonly error: string | null;
}

export interface StepRow {
  readonly run: string;
  /** Of the claim that wrote it last. */
  readonly token: number;
  readonly key: string;
  readonly state: string;
  readonly kind: string;
  readonly number: string;
  readonly name: string;
  readonly sequence: number | null;
  readonly status: string | null;
  readonly attempts: number;
  readonly due_ms: number | null;
  readonly started_ms: number;
  readonly ended_ms: number | null;
  readonly value: string | null;
  readonly refs: string | null;
  readonly error: string | null;
}

export interface JournalLook {
  readonly runs: readonly RunRow[];
  readonly steps: readonly StepRow[];
  /** What the store knows of live workers: `process` says which process each lives in. */
  readonly workers: readonly { readonly incarnation: string; readonly process: string }[];
}

const SQLITE_BUSY = 5;
const SQLITE_PROTOCOL = 15;
export const NOTHING: JournalLook = { runs: [], steps: [], workers: [] };

export function lookAtJournal(path: string): JournalLook {
  if (!existsSync(path)) return NOTHING;
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    // One transaction, so that all three are of one moment.
    database.exec("begin");
    const tables = database.prepare("select count(*) as found from sqlite_master where name = 'surefoot_step'").get();
    if (tables?.["found"] !== 1) return NOTHING;
    const all = <Row>(sql: string): Row[] => database.prepare(sql).all() as Row[];
    return {
      runs: all<RunRow>(
        `select r.*, exists (select 1 from surefoot_step s where s.run = r.id and s.token = r.saved_token and s.is_progress) as has_progress
         from surefoot_run r`,
      ),
      steps: all<StepRow>("select * from surefoot_step"),
      workers: all("select incarnation, process from surefoot_worker"),
    };
  } finally {
    database.close();
  }
}

/** What a query gives of a journal that is too large to be looked at as a whole. */
export function queryJournal<Row>(path: string, sql: string): Row[] {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    return database.prepare(sql).all() as Row[];
  } finally {
    database.close();
  }
}

/** Of which processes the store knows live workers. */
export function workersIn(path: string): JournalLook["workers"] {
  return queryJournal(path, "select incarnation, process from surefoot_worker");
}

/** Longer than any commit of a process that runs. */
const LONGEST_COMMIT_MS = 1_000;

/** Whether somebody holds the file's lock for good: a process that stands still in the middle of a commit. */
export function isLockHeld(path: string): boolean {
  const database = new DatabaseSync(path, { timeout: LONGEST_COMMIT_MS });
  try {
    database.exec("begin immediate; rollback");
    return false;
  } catch (error) {
    if (isOfLock(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}

/** Whether SQLite failed because somebody held one of the file's locks. */
export function isOfLock(error: unknown): boolean {
  const { errcode } = error as { readonly errcode?: unknown };
  return errcode === SQLITE_BUSY || errcode === SQLITE_PROTOCOL;
}

/** `ok`, or what SQLite finds wrong with the file. */
export function integrityOf(path: string): string {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    return String(database.prepare("pragma integrity_check").get()?.["integrity_check"]);
  } finally {
    database.close();
  }
}

/** Its key tells a takeover's row from a step's. */
export function isTakeover({ key }: StepRow): boolean {
  return key.startsWith("~takeover");
}
export function isCancellation({ key }: StepRow): boolean {
  return key === "~cancel";
}
