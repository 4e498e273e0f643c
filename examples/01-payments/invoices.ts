// The invoices of invoices.json, and what has to come of them.
import { readFileSync } from "node:fs";

export type Trouble =
  | "card declined"
  | "no card"
  | "account frozen"
  | "over limit"
  | "invalid amount"
  | "provider hangs once"
  | "receipt bounces";

export interface Invoice {
  readonly id: string;
  readonly customer: string;
  /** In cents. */
  readonly amount: number;
  /** Counted from when it is sent. Below 0: it was due before. */
  readonly dueInSeconds: number;
  /** What goes wrong with it: by its amount, or because the world outside gives its customer this trouble. */
  readonly trouble?: Trouble;
}

const DECLINES: readonly Trouble[] = ["card declined", "no card", "account frozen", "over limit", "invalid amount"];

export const invoices = JSON.parse(
  readFileSync(new URL("invoices.json", import.meta.url), "utf8"),
) as readonly Invoice[];

export function customersWith(...troubles: readonly Trouble[]): Set<string> {
  const troubled = invoices.filter(({ trouble }) => trouble !== undefined && troubles.includes(trouble));
  return new Set(troubled.map(({ customer }) => customer));
}

export function emailOf(customer: string): string {
  return `${customer}@example.com`;
}

/** What must come of the invoices, however often the worker is killed. */
export function expectedFigures() {
  const declined = customersWith(...DECLINES).size;
  const recovered = customersWith("receipt bounces").size;
  return { invoices: invoices.length, charged: invoices.length - declined, declined, recovered };
}
