// Everything that stands around the function: the provider, the mail server, the worker, and whoever sends the invoices.
//
// Owns: a temporary folder with all the files, which goes when the stage is struck.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp, type App } from "surefoot";
import { sqlite } from "surefoot/sqlite";
import { customersWith, emailOf, expectedFigures, invoices } from "../invoices.ts";
import { MailServer } from "../world/mail-server.ts";
import { ProviderServer } from "../world/provider-server.ts";
import { drawKills } from "./kill-plan.ts";
import { Killer } from "./killer.ts";
import type { DemoOptions } from "./options.ts";
import { seededRandom } from "./seeded-random.ts";
import { WorkerProcess } from "./worker-process.ts";

export class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), "surefoot-payments-"));
  /** The path of a file in the folder. */
  readonly file = (name: string): string => join(this.#folder, name);
  /** The worker's app as others see it: they send events, and look at runs. */
  readonly billing: App = createApp({ name: "billing", store: sqlite(this.file("billing.db")), observers: [] });
  readonly provider: ProviderServer;
  readonly mailServer: MailServer;
  readonly worker: WorkerProcess;
  readonly killer: Killer;
  readonly #env: Record<string, string> = {};

  constructor(options: DemoOptions, onUnexpectedEnd: (description: string) => void) {
    const random = seededRandom(options.seed);
    const kills = options.crash ? drawKills(expectedFigures().charged, random) : [];
    this.worker = new WorkerProcess({ folder: this.#folder, env: this.#env, onUnexpectedEnd });
    this.killer = new Killer(this.worker, kills);
    this.provider = new ProviderServer({
      ledgerPath: this.file("ledger.jsonl"),
      troubleByCustomer: new Map(invoices.map(({ customer, trouble }) => [customer, trouble])),
      random,
      onCharge: ({ invoice }) => this.killer.onCharge(invoice, this.provider.ledger.entries.length),
    });
    this.mailServer = new MailServer({
      bounces: new Set([...customersWith("receipt bounces")].map(emailOf)),
      onMail: (to) => this.killer.onMail(to, this.provider.ledger.entries.length),
    });
    if (options.withoutIdempotencyKey) this.#env["WITHOUT_IDEMPOTENCY_KEY"] = "1";
  }

  /** Resolves when the worker works. */
  async start(): Promise<void> {
    this.#env["PROVIDER_URL"] = await this.provider.start();
    this.#env["SMTP_PORT"] = String(await this.mailServer.start());
    await this.worker.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.worker.close();
    await this.billing.stop();
    await this.mailServer.stop();
    this.provider.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
