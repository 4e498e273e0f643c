// The payment provider, as the function sees it: three calls over HTTP.

const URL = process.env["PROVIDER_URL"];
/** The control of the demo: what happens without the key. */
const SENDS_KEY = process.env["WITHOUT_IDEMPOTENCY_KEY"] === undefined;
/** A provider that has not answered by then is asked again, by the step's retry policy. */
const TIMEOUT_MS = 800;

export interface Card {
  readonly id: string;
  readonly customer: string;
}
export interface Charge {
  readonly id: string;
  readonly invoice: string;
  readonly card: string;
  readonly amount: number;
}

/** The provider's answer is no. */
export class ProviderRefusal extends Error {
  readonly code: string;
  readonly detail: string;
  constructor({ code, detail, message }: { readonly code: string; readonly detail: string; readonly message: string }) {
    super(message);
    this.name = "ProviderRefusal";
    this.code = code;
    this.detail = detail;
  }
}

export const provider = {
  cards: { find: (customer: string): Promise<Card> => ask("GET", `/customers/${customer}/card`) },
  limits: {
    of: async (card: string): Promise<number> => (await ask<{ limit: number }>("GET", `/cards/${card}/limit`)).limit,
  },
  charges: {
    create: (asked: Omit<Charge, "id">, idempotencyKey: string): Promise<Charge> =>
      ask("POST", "/charges", asked, SENDS_KEY ? { "Idempotency-Key": idempotencyKey } : {}),
  },
};

async function ask<Answer>(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${URL}${path}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const answer = (await response.json()) as never;
  if (!response.ok) throw new ProviderRefusal(answer);
  return answer;
}
