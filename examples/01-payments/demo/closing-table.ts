// The closing table: each figure, and what it means.
import type { Figures } from "./figures.ts";
import type { DemoOptions } from "./options.ts";

type Row = readonly [label: string, figure: number, ...meaning: string[]];
const LABEL_WIDTH = 17;
const FIGURE_WIDTH = 5;

export function closingTable(figures: Figures, options: DemoOptions): string {
  return rowsOf(figures, options).map(rowText).join("\n");
}

function rowsOf(figures: Figures, options: DemoOptions): Row[] {
  const { invoices, charged, declined, recovered, attempts, duplicateMails, kills, doubleCharges } = figures;
  return [
    ["invoices", invoices, 'each is one run of "Handle payments"'],
    ["charged", charged, "each has one row in the payments table"],
    ["declined", declined, "the run ended with a typed error:", errorsText(figures.errors)],
    ["recovered", recovered, "the receipt bounced (SMTP 550), and the run went on"],
    ["attempts", attempts, ...attemptMeaning(figures)],
    ["duplicate mails", duplicateMails, ...mailMeaning(duplicateMails)],
    ["kills", kills, kills === 0 ? "nobody touched the worker" : "SIGKILL to the worker, and another went on at once"],
    ["double charges", doubleCharges, ...chargeMeaning(figures, options)],
  ];
}

function errorsText(errors: Figures["errors"]): string {
  const counted = [...errors].toSorted(([a, many], [b, more]) => more - many || a.localeCompare(b));
  return counted.map(([name, count]) => `${count} ${name}`).join(", ");
}

function attemptMeaning({ attempts, bodies, kills }: Figures): string[] {
  const counted = `${bodies} steps, and ${attempts - bodies} tried again after a timeout`;
  return kills === 0 ? [counted] : [counted, "(what a kill cut off is begun anew as the same attempt)"];
}

function mailMeaning(duplicates: number): string[] {
  return duplicates === 0
    ? ["no receipt went out twice"]
    : ["at least once: the mail was out, the kill came before that was recorded,", "so the body of the step ran again"];
}

function chargeMeaning({ repeats, charges, charged }: Figures, { withoutIdempotencyKey }: DemoOptions): string[] {
  if (withoutIdempotencyKey)
    return [
      `the provider's ledger has ${charges} charges for ${charged} invoices:`,
      "this is what step.idempotencyKey prevents",
    ];
  const counted = `the provider's ledger has ${charges} charges for ${charged} invoices`;
  if (repeats === 0) return [counted];
  return [
    `${counted}: ${repeats} were asked for again,`,
    "each under its first key, and the provider gave its first answer",
  ];
}

function rowText([label, figure, ...meaning]: Row): string {
  const margin = " ".repeat(LABEL_WIDTH + FIGURE_WIDTH + 5);
  return `  ${label.padEnd(LABEL_WIDTH)}${String(figure).padStart(FIGURE_WIDTH)}   ${meaning.join(`\n${margin}`)}`;
}
