// A payment provider behind a real socket: cards, limits, and charges that honour the Idempotency-Key header.
//
// Owns its ledger, and lives in the demo's process: it outlives the worker. It gives trouble to whom it is told to.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { Charge } from "../clients/provider.ts";
import type { Trouble } from "../invoices.ts";
import { Ledger, type LedgerEntry } from "./ledger.ts";

const LIMIT = 100_000;
const SHORTEST_ANSWER_MS = 40;
const LONGEST_ANSWER_MS = 160;

export interface ProviderOptions {
  readonly ledgerPath: string;
  readonly troubleByCustomer: ReadonlyMap<string, Trouble | undefined>;
  readonly random: () => number;
  /** Called with each charge that was made for somebody who still waits for it. It is confirmed when this returns. */
  readonly onCharge: (charge: LedgerEntry) => Promise<void>;
}

type Asked = Omit<Charge, "id">;
type Answer = readonly [status: number, body: object];
const NOTHING = "nothing";

export class ProviderServer {
  readonly ledger: Ledger;
  /** Charges that were asked for again under their key, and not made again. */
  repeats = 0;
  readonly #options: ProviderOptions;
  readonly #server: Server;
  readonly #hungOnce = new Set<string>();

  constructor(options: ProviderOptions) {
    this.#options = options;
    this.ledger = new Ledger(options.ledgerPath);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** The address that it listens on. */
  async start(): Promise<string> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    this.ledger.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return; // who asked is gone, and has not asked for anything yet
    const { random } = this.#options;
    await pause(SHORTEST_ANSWER_MS + random() * (LONGEST_ANSWER_MS - SHORTEST_ANSWER_MS));
    if (!this.#server.listening) return;
    const [, kind, id = ""] = (request.url ?? "").split("/");
    const answer =
      kind === "customers"
        ? this.#card(id)
        : kind === "cards"
          ? this.#limit(customerOf(id))
          : await this.#charge(JSON.parse(body) as Asked, request, response);
    if (answer === NOTHING) return; // the socket stays open, and silent
    const [status, content] = answer;
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(content));
  }

  #card(customer: string): Answer {
    return this.#trouble(customer) === "no card"
      ? refusal(404, "no_card", customer, `no card of ${customer}`)
      : [200, { id: `card_${customer}`, customer }];
  }

  #limit(customer: string): Answer {
    return this.#trouble(customer) === "account frozen"
      ? refusal(423, "account_frozen", "2026-01-31", "frozen since 31 January")
      : [200, { limit: LIMIT }];
  }

  async #charge(asked: Asked, request: IncomingMessage, response: ServerResponse): Promise<Answer | typeof NOTHING> {
    const customer = customerOf(asked.card);
    const trouble = this.#trouble(customer);
    if (trouble === "card declined")
      return refusal(402, "card_declined", "insufficient_funds", "the bank says no: insufficient funds");
    if (trouble === "provider hangs once" && !this.#hungOnce.has(customer)) {
      this.#hungOnce.add(customer);
      return NOTHING;
    }
    const key = request.headers["idempotency-key"]?.toString() ?? null;
    const known = this.ledger.chargedUnder(key);
    if (known !== undefined) {
      this.repeats++;
      return [200, known];
    }
    const entry = { id: `ch_${this.ledger.entries.length + 1}`, ...asked, idempotencyKey: key };
    this.ledger.append(entry);
    if (!response.destroyed) await this.#options.onCharge(entry);
    return [200, entry];
  }

  #trouble(customer: string): Trouble | undefined {
    return this.#options.troubleByCustomer.get(customer);
  }
}

function customerOf(card: string): string {
  return card.replace("card_", "");
}
function refusal(status: number, code: string, detail: string, message: string): Answer {
  return [status, { code, detail, message }];
}
