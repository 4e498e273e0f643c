// npm run demo: the note's payment function on 32 invoices, with real parts around it, and a worker that can be killed.
import { setTimeout as pause } from "node:timers/promises";
import type { App } from "surefoot";
import { closingTable } from "./demo/closing-table.ts";
import { sayOfTheDemo } from "./demo/demo-line.ts";
import { countFigures } from "./demo/figures.ts";
import { readOptions, USAGE, type DemoOptions } from "./demo/options.ts";
import { Stage } from "./demo/stage.ts";
import { complaintsAbout, verdict } from "./demo/verdict.ts";
import { emailOf, invoices } from "./invoices.ts";

const BETWEEN_INVOICES_MS = 180;
const BETWEEN_LOOKS_MS = 100;
const LONGEST_DEMO_MS = 80_000;
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const options = readOptions(process.argv.slice(2));
if (options === undefined) console.error(USAGE);
process.exitCode = options === undefined ? 2 : await run(options);

async function run(demo: DemoOptions): Promise<number> {
  const stop = new AbortController();
  let exitCode = 1;
  for (const [signal, code] of Object.entries(EXIT_CODES)) {
    process.on(signal, () => {
      exitCode = code;
      stop.abort(signal);
    });
  }
  setTimeout(() => stop.abort("some runs have not ended in time"), LONGEST_DEMO_MS).unref();
  await using stage = new Stage(demo, (description) => stop.abort(description));
  try {
    await stage.start();
    introduce(stage, demo);
    await sendInvoices(stage.billing, stop.signal);
    await allRunsEnded(stage.billing, stop.signal);
    await stage.worker.end("SIGTERM");
    return await report(stage, demo);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error(`\nstopped: ${stop.signal.reason}`);
    return exitCode;
  }
}

function introduce({ worker }: Stage, { seed }: DemoOptions): void {
  console.log(
    `A shop sends ${invoices.length} invoices. The worker, process ${worker.pid}, runs handle-payments.ts for each.`,
  );
  console.log(`Each line below is a step, told when its outcome is recorded. The same draws again: --seed ${seed}\n`);
}

/** The first alone, so that its story stands in one piece; then one after the other, as a shop would, also while no worker is up. */
async function sendInvoices(billing: App, signal: AbortSignal): Promise<void> {
  for (const [place, { id, customer, amount, dueInSeconds }] of invoices.entries()) {
    await billing.send({
      id,
      name: "api/invoice.created",
      data: { invoice: id, amount, invoiceDate: new Date(Date.now() + dueInSeconds * 1_000) },
      user: { id: customer, email: emailOf(customer) },
    }); // from here on it is in the store
    await (place === 0 ? allRunsEnded(billing, signal) : pause(BETWEEN_INVOICES_MS, undefined, { signal }));
  }
}

async function allRunsEnded(billing: App, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { items } = await billing.runs.list({ limit: 1_000 });
    if (items.every(({ endedAt }) => endedAt !== undefined)) return;
    await pause(BETWEEN_LOOKS_MS, undefined, { signal });
  }
}

async function report(stage: Stage, demo: DemoOptions): Promise<number> {
  const figures = await countFigures(stage);
  const complaints = complaintsAbout(figures, demo);
  console.log();
  sayOfTheDemo(`what came of the invoices, after ${(performance.now() / 1_000).toFixed(1)} s`);
  console.log(`\n${closingTable(figures, demo)}\n`);
  for (const complaint of complaints) console.log(`  Not as expected: ${complaint}.`);
  if (complaints.length === 0) console.log(`  ${verdict(figures, demo)}`);
  return complaints.length === 0 ? 0 : 1;
}
