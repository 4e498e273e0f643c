// Payloads with secrets in every position: what is sent, and what a step does with it. Nothing of `secrets` may be seen anywhere.

export interface SecretPayload {
  readonly what: string;
  readonly secrets: readonly string[];
  readonly data?: unknown;
  readonly user?: unknown;
  readonly context?: object;
  /** The name of the step. */
  readonly step?: string;
  readonly tags?: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
  /** What it writes to its log. */
  readonly log?: readonly [message: string, fields?: Readonly<Record<string, unknown>>];
  /** What it throws. */
  readonly thrown?: () => unknown;
}

const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r";
const PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----";

function nested(depth: number, inner: unknown): unknown {
  return depth === 0 ? inner : { level: nested(depth - 1, inner) };
}

export const secretCorpus: readonly SecretPayload[] = [
  // By name, in what is sent; told again in what goes wrong.
  ...Object.entries({
    password: "hunter2-rocks",
    newPassword: "correct horse battery",
    api_key: "k-0123456789",
    "x-api-key": "kx-0123456789",
    accessToken: "at_9876543210",
    refresh_token: "rt_9876543210",
    clientSecret: "cs-abcdefghij",
    Authorization: "Bearer zyxwvut98765",
    "Set-Cookie": "sid=abcdef123456; Path=/",
    cardNumber: "4000056655665556",
    cvv: "737",
    pin: "4711",
    ssn: "078-05-1120",
    privateKey: "MIIEvQIBADANBgkq",
  }).map(([key, secret]): SecretPayload => ({
    what: `data.${key}`,
    secrets: [secret],
    data: { [key]: secret, amount: 12 },
    log: [`sent ${secret}`, { [key]: secret }],
    thrown: () => new RangeError(`the service refused ${secret}`),
  })),
  {
    what: "twelve levels down",
    secrets: ["deep-secret-1"],
    data: nested(12, { password: "deep-secret-1" }),
    thrown: () => new Error("deep-secret-1"),
  },
  {
    what: "in a list of lists",
    secrets: ["listed-secret-1"],
    data: [[{ token: "listed-secret-1" }]],
    thrown: () => new Error("x listed-secret-1 y"),
  },
  {
    what: "a secret that is a list",
    secrets: ["recovery-1111", "recovery-2222"],
    data: { credentials: ["recovery-1111", "recovery-2222"] },
    thrown: () => new Error("recovery-2222 was used"),
  },
  {
    what: "a secret that is an object",
    secrets: ["4000056655665556", "ADA LOVELACE"],
    data: { card: { number: "4000056655665556", holder: "ADA LOVELACE" } },
    thrown: () => new Error("4000056655665556 of ADA LOVELACE was declined"),
  },
  {
    what: "a secret that is a number",
    secrets: ["998877665"],
    data: { accountNumber: 998_877_665 },
    thrown: () => new Error("no account 998877665"),
  },
  {
    what: "a map",
    secrets: ["mapped-secret-1"],
    data: new Map([["password", "mapped-secret-1"]]),
    log: ["map", { data: new Map([["password", "mapped-secret-1"]]) }],
  },
  {
    what: "headers as an object",
    secrets: ["cookie-value-1", "Zm9vOmJhcmJheg=="],
    context: { headers: { cookie: "cookie-value-1", authorization: "Basic Zm9vOmJhcmJheg==" } },
    thrown: () => new Error("with cookie-value-1 and Zm9vOmJhcmJheg=="),
  },
  {
    what: "headers as a list",
    secrets: ["listed-header-1"],
    context: { headers: [{ name: "X-Auth-Token", value: "listed-header-1" }] },
    log: ["header listed-header-1"],
  },
  {
    what: "a form",
    secrets: ["form-secret-1"],
    context: { formData: { email: "ada@example.com", password: "form-secret-1" } },
    thrown: () => new Error("form-secret-1"),
  },
  {
    what: "a body that is a text of JSON",
    secrets: ["json-secret-1"],
    context: { body: '{"password":"json-secret-1","amount":12}' },
    log: ['posted {"password": "json-secret-1"}'],
  },
  {
    what: "a body that is a form's text",
    secrets: ["urlencoded1"],
    context: { body: "user=ada&password=urlencoded1&x=1" },
    log: ["user=ada&password=urlencoded1&x=1"],
  },
  {
    what: "the user",
    secrets: ["user-secret-1"],
    user: { id: "u_1", secret: "user-secret-1" },
    thrown: () => new Error("user-secret-1"),
  },
  {
    what: "the name of a step",
    secrets: ["named-secret-1"],
    data: { token: "named-secret-1" },
    step: "Call named-secret-1",
  },
  { what: "the name of a step, by look", secrets: ["4242 4242 4242 4242"], step: "Charge 4242 4242 4242 4242" },
  { what: "tags", secrets: ["tagged-secret-1"], data: { token: "tagged-secret-1" }, tags: ["t-tagged-secret-1"] },
  {
    what: "attributes",
    secrets: ["attribute-secret-1", "attribute-secret-2"],
    data: { secret: "attribute-secret-2" },
    attributes: { token: "attribute-secret-1", note: "has attribute-secret-2" },
  },
  {
    what: "an address with a query",
    secrets: ["query-secret-1"],
    step: "GET https://api.example.com/v1?api_key=query-secret-1&page=2",
    thrown: () => new TypeError("fetch failed: https://api.example.com/v1?api_key=query-secret-1&page=2"),
  },
  {
    what: "an address with a password",
    secrets: ["s3cr3t-pw"],
    thrown: () => new Error("connect ECONNREFUSED postgres://ada:s3cr3t-pw@db.example.com:5432/app"),
  },
  {
    what: "a secret as it stands in an address",
    secrets: ["p%40ss%2Fw%26rd", "p@ss/w&rd"],
    data: { password: "p@ss/w&rd" },
    thrown: () => new Error("GET /login?p=p%40ss%2Fw%26rd"),
  },
  { what: "a token by look", secrets: [JWT], thrown: () => new Error(`invalid signature: ${JWT}`) },
  { what: "a key by look", secrets: ["sk_live_abcdefghijklmnop1234"], log: ["using sk_live_abcdefghijklmnop1234"] },
  {
    what: "a private key by look",
    secrets: ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"],
    thrown: () => new Error(`bad key ${PEM}`),
  },
  {
    what: "causes",
    secrets: ["cause-secret-1"],
    data: { token: "cause-secret-1" },
    thrown: () => new Error("outer", { cause: new Error("middle", { cause: new TypeError("inner cause-secret-1") }) }),
  },
  {
    what: "a stack",
    secrets: ["stack-secret-1"],
    data: { token: "stack-secret-1" },
    thrown: () => Object.assign(new Error("plain"), { stack: "Error: plain\n    at stack-secret-1 (app.ts:1:1)" }),
  },
  { what: "a text that is thrown", secrets: ["thrown-secret-1"], thrown: () => "password=thrown-secret-1" },
  {
    what: "the fields of an error that is logged",
    secrets: ["logged-secret-1"],
    data: { token: "logged-secret-1" },
    log: ["failed", { error: Object.assign(new Error("logged-secret-1"), { response: { token: "logged-secret-1" } }) }],
  },
];
