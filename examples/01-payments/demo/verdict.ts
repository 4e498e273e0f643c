// Whether all came out as it has to.
import { expectedFigures } from "../invoices.ts";
import type { Figures } from "./figures.ts";
import type { DemoOptions } from "./options.ts";

const FEWEST_KILLS = 5;

/** What is not as it has to be, a sentence each. */
export function complaintsAbout(figures: Figures, { crash, withoutIdempotencyKey }: DemoOptions): string[] {
  const { charged, ...others } = expectedFigures();
  const expected = { ...others, charged, payments: charged, chargedInvoices: charged };
  const complaints = Object.entries(expected)
    .filter(([name, count]) => figures[name as keyof typeof expected] !== count)
    .map(([name, count]) => `${name} is ${figures[name as keyof typeof expected]}, and has to be ${count}`);
  const { kills, duplicateMails, explainedMails, doubleCharges } = figures;
  if (crash && kills < FEWEST_KILLS) complaints.push(`only ${kills} kills found their moment`);
  if (explainedMails < duplicateMails) complaints.push("a mail went out twice, and no kill explains it");
  if (withoutIdempotencyKey && doubleCharges === 0) complaints.push("no double charge was seen without the key");
  if (!withoutIdempotencyKey && doubleCharges > 0) complaints.push("a customer was charged twice");
  return complaints;
}

/** The last line, and what to try next. */
export function verdict(figures: Figures, { crash, withoutIdempotencyKey }: DemoOptions): string {
  if (withoutIdempotencyKey)
    return "As expected: without the key, a kill at the wrong moment charges a customer twice.";
  if (crash) return `As expected: ${figures.kills} kills, and the first four figures are what they are without a kill.`;
  return "As expected. Now kill the worker: npm run demo -- --crash";
}
