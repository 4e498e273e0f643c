// What happened in a campaign of kills, as the parent saw it. Plain data, for the checks. Times are by the machine's clock, but for what the journal says.
import type { RunDetails } from "../../src/index.ts";
import type { JournalLook, StepRow } from "./journal-look.ts";
import type { BodyLine, LedgerLine } from "./ledger.ts";
import type { LoadEvent } from "./load-events.ts";
import type { OutcomeBook } from "./outcome-book.ts";

/** One start of a worker, until it was gone. A process whose worker begins anew has several. */
export interface Life {
  readonly number: number;
  readonly pid: number;
  /** When its process was started, or its worker began anew. */
  readonly spawnedMs: number;
  /** When its modules were loaded. */
  readonly loadedMs: number | undefined;
  /** When `app.start()` had resolved. */
  readonly startedMs: number | undefined;
  readonly endedMs: number;
  /** `buried`: others took it for dead, and its process began anew. */
  readonly end: "killed" | "stopped" | "died" | "buried";
  /** Since when others took it for dead though its process lived: from then on it is a zombie. */
  readonly buriedMs?: number | undefined;
  /** Since when others were about to do so, also where nobody lived to say that it was done. */
  readonly burialMs?: number | undefined;
  /** What it wrote to standard error. */
  readonly complaints: string;
}

/** What the journal said of open runs right after a life ended. */
export interface KillLook {
  /** From 1, in the order of the looks. */
  readonly number: number;
  readonly life: number;
  readonly atMs: number;
  /** Whether the tables were there. */
  readonly hasTables: boolean;
  /** Runs that the life had when it ended, with the tokens of its claims. */
  readonly owned: ReadonlyMap<string, number>;
  /** Runs that had left memory, and sleep. */
  readonly asleep: ReadonlySet<string>;
  /** Runs that were asked to end, and had not. */
  readonly cancelling: ReadonlySet<string>;
  /** Records without an outcome, of runs that had not ended. */
  readonly open: readonly StepRow[];
}

/** An event, and whether its sender was told that it is in the store. */
export interface SentEvent {
  readonly event: LoadEvent;
  readonly isAccepted: boolean;
}

export interface History {
  readonly seed: string;
  readonly lives: readonly Life[];
  readonly lines: readonly LedgerLine[];
  /** How many looks there had been when the run was claimed that the line is of, and one. A claim knows what those looks saw. */
  readonly spanOf: (line: BodyLine) => number;
  readonly sent: readonly SentEvent[];
  /** What `app.cancel` answered, by run. */
  readonly cancelled: ReadonlyMap<string, boolean>;
  readonly looks: readonly KillLook[];
  readonly outcomes: OutcomeBook;
  readonly journal: JournalLook;
  /** What `app.runs.get` gives in the end. */
  readonly runs: ReadonlyMap<string, RunDetails>;
  /** The same of a worker that nobody killed. */
  readonly undisturbed: ReadonlyMap<string, RunDetails>;
  /** What the database says of what is there. */
  readonly integrity: string;
}

export function killLook(
  look: Pick<KillLook, "number" | "life" | "atMs"> & { readonly pid: number },
  { runs, steps, workers }: JournalLook,
): KillLook {
  const { number, life, pid, atMs } = look;
  const incarnations = new Set(
    workers.filter(({ process }) => pidOf(process) === pid).map(({ incarnation }) => incarnation),
  );
  const openRuns = runs.filter((run) => run.ended_ms === null);
  const idsOf = (wanted: readonly { readonly id: string }[]): Set<string> => new Set(wanted.map(({ id }) => id));
  const open = idsOf(openRuns);
  return {
    number,
    life,
    atMs,
    hasTables: workers.length > 0 || runs.length > 0,
    owned: new Map(
      openRuns.flatMap(({ id, owner, token }) => (owner !== null && incarnations.has(owner) ? [[id, token]] : [])),
    ),
    asleep: idsOf(openRuns.filter(({ owner, status }) => owner === null && status === "sleeping")),
    cancelling: idsOf(openRuns.filter((run) => run.is_cancel_requested === 1)),
    open: steps.filter(({ run, state }) => state !== "ended" && open.has(run)),
  };
}

function pidOf(process: string): number | undefined {
  return (JSON.parse(process) as { readonly pid?: number }).pid;
}
