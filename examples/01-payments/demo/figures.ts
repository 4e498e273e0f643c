// What came of the invoices: counted from the journal, the provider's ledger, the payments table and the mail server.
import { DatabaseSync } from "node:sqlite";
import type { App, RunDetails, StepDetails } from "surefoot";
import { readLedger } from "../world/ledger.ts";
import type { Stage } from "./stage.ts";

export interface Figures {
  readonly invoices: number;
  readonly charged: number;
  readonly declined: number;
  readonly recovered: number;
  /** How often each error ended a run. */
  readonly errors: ReadonlyMap<string, number>;
  readonly bodies: number;
  readonly attempts: number;
  readonly duplicateMails: number;
  /** Those whose run was taken over while the mail's step had no outcome: at least once, as promised. */
  readonly explainedMails: number;
  readonly kills: number;
  /** In the provider's ledger. */
  readonly charges: number;
  readonly chargedInvoices: number;
  readonly doubleCharges: number;
  /** Charges that the provider was asked for again under their key, and did not make again. */
  readonly repeats: number;
  /** Rows of the payments table. */
  readonly payments: number;
}

export async function countFigures({ billing, provider, mailServer, killer, file }: Stage): Promise<Figures> {
  const runs = await allRuns(billing);
  const steps = runs.flatMap((run) => leavesOf(run.steps));
  const failed = runs.filter(({ status }) => status === "failed");
  const duplicates = [...countsOf(mailServer.accepted)].filter(([, count]) => count > 1);
  const takenOver = new Set(runs.filter(wasTakenOverAtMail).map(({ event }) => String(event.user.email)));
  const ledger = readLedger(file("ledger.jsonl"));
  const chargedInvoices = new Set(ledger.map(({ invoice }) => invoice)).size;
  return {
    invoices: runs.length,
    charged: runs.filter(({ status }) => status === "completed").length,
    declined: failed.length,
    recovered: steps.filter(({ name, status }) => name === "Send receipt" && status === "recovered").length,
    errors: countsOf(failed.map(({ error }) => (error as Error).name)),
    bodies: steps.length,
    attempts: sum(steps.map(({ attempts }) => attempts)),
    duplicateMails: sum(duplicates.map(([, count]) => count - 1)),
    explainedMails: sum(duplicates.map(([to, count]) => (takenOver.has(to) ? count - 1 : 0))),
    kills: killer.count,
    charges: ledger.length,
    chargedInvoices,
    doubleCharges: ledger.length - chargedInvoices,
    repeats: provider.repeats,
    payments: rowsIn(file("payments.db")),
  };
}

async function allRuns(app: App): Promise<RunDetails[]> {
  const { items } = await app.runs.list({ limit: 1_000 });
  const runs = await Promise.all(items.map(({ id }) => app.runs.get(id)));
  return runs.filter((run) => run !== undefined);
}

/** Steps that have a body of their own, and no substeps. */
function leavesOf(steps: readonly StepDetails[]): StepDetails[] {
  return steps.flatMap((step) => (step.steps.length > 0 ? leavesOf(step.steps) : step.kind === "run" ? [step] : []));
}

/** Whether a worker was gone while the receipt had no outcome. */
function wasTakenOverAtMail({ takeovers }: RunDetails): boolean {
  return takeovers.some(({ openSteps }) => openSteps.some(({ name }) => name === "Send receipt"));
}

function rowsIn(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const { rows } = database.prepare("select count(*) as rows from payment").get() as { rows: number };
  database.close();
  return rows;
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
