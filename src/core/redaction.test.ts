// What is redacted: by name, by place, by value, by look; and what stays as it is.
import { describe, expect, it } from "vitest";
import { Redactor } from "./redaction.ts";
import { redactProblem, secretKeys } from "./secret-keys.ts";
import { isCardNumber, redactedText, secretPattern } from "./secret-texts.ts";
import { createApp, eventType, InvalidDefinitionError } from "../index.ts";
import { UnexpectedError } from "./errors.ts";
import { TaggedError } from "./tagged-error.ts";

const NAME = "order.placed";
function redactionOf(event: { readonly data?: unknown; readonly user?: unknown; readonly context?: object }) {
  return new Redactor().of({
    name: NAME,
    data: undefined,
    user: undefined,
    ...event,
    context: { eventName: NAME, ...event.context },
  });
}

describe("a name", () => {
  it.each([
    "password",
    "Password",
    "user_password",
    "newPassword",
    "api-key",
    "X-Api-Key",
    "x_api_key",
    "Authorization",
  ])("%s stands for a secret", (key) => expect(secretKeys()(key)).toBe(true));
  it.each([
    "clientSecret",
    "refreshToken",
    "csrf-token",
    "Set-Cookie",
    "cvv",
    "cardNumber",
    "card_number",
    "ssn",
    "PIN",
  ])("%s stands for a secret", (key) => expect(secretKeys()(key)).toBe(true));
  it.each(["pass", "tokens", "keyboard", "monkey", "spin", "cardId", "author", "passenger", "secretary", "name", ""])(
    "%s does not",
    (key) => expect(secretKeys()(key)).toBe(false),
  );
  it("can be added, and taken out", () => {
    expect(secretKeys({ keys: ["National-Id"] })("nationalId")).toBe(true);
    expect(secretKeys({ except: ["token"] })("token")).toBe(false);
    expect(secretKeys({ except: ["token"] })("accessToken")).toBe(false);
  });
});

describe("what is asked for", () => {
  it.each([
    [5, "redact takes lists"],
    [null, "redact takes lists"],
    [{ values: [] }, "not values"],
    [{ keys: "password" }, "not keys"],
    [{ paths: [1] }, "not paths"],
    [{ except: null }, "not except"],
  ])("%j makes no sense, and the app is not made", (redact, why) => {
    expect(redactProblem(redact)).toContain(why);
    expect(() => createApp({ name: "a", redact: redact as never })).toThrow(InvalidDefinitionError);
  });
  it("of an event type is a list; that of a trigger counts, though the app does not list it", async () => {
    const wrong = eventType("booked", { redact: "notes" as never });
    expect(() => createApp({ name: "a", events: [wrong] })).toThrow(InvalidDefinitionError);
    const app = createApp({ name: "a", observers: [{ onLog: ({ message }) => told.push(message) }] });
    const told: string[] = [];
    const booked = eventType("booked", { redact: ["notes"] });
    const fn = app.createFunction({ name: "Fn" }, { event: booked }, ({ step, event }) =>
      step.run("Note", (here) => here.log.info(`noted: ${event.data.notes}`)),
    );
    await app.run(fn, { data: { notes: "only for Ada" } });
    expect(told).toEqual(["noted: [redacted]"]);
    expect(() => app.createFunction({ name: "Wrong" }, wrong, () => 1)).toThrow(InvalidDefinitionError);
  });
});

describe("a value", () => {
  it("is copied without its secrets, at any depth, and is not changed itself", () => {
    const data = {
      amount: 12,
      password: "hunter2",
      cards: [{ last4: "4242", number: 1, cvv: 123 }],
      nested: new Map<string, unknown>([
        ["token", "abc"],
        ["ok", new Set([1])],
      ]),
      headers: [
        { name: "Authorization", value: "Bearer abcdef" },
        { name: "Accept", value: "text/html" },
      ],
      when: new Date(0),
      nothing: { secret: null, token: "" },
    };
    const copy = structuredClone(data);
    expect(redactionOf({}).value(data)).toEqual({
      amount: 12,
      password: "[redacted]",
      cards: [{ last4: "4242", number: 1, cvv: "[redacted]" }],
      nested: { token: "[redacted]", ok: [1] },
      headers: [
        { name: "Authorization", value: "[redacted]" },
        { name: "Accept", value: "text/html" },
      ],
      when: new Date(0),
      nothing: { secret: null, token: "" },
    });
    expect(data).toEqual(copy);
  });
  it("that refers to itself, or to the same thing very often, ends", () => {
    const circular: Record<string, unknown> = { password: "x" };
    circular["self"] = circular;
    circular["selves"] = Array.from({ length: 50 }, () => circular);
    expect(JSON.stringify(redactionOf({ data: circular }).value(circular))).not.toContain('"x"');
  });
  it("that cannot be read is shown as that", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const hostile = {
      get token() {
        throw new TypeError("no");
      },
    };
    expect(redactionOf({ data: hostile }).value({ hostile, proxy, fine: 1 })).toEqual({
      hostile: "[unreadable]",
      proxy: "[unreadable]",
      fine: 1,
    });
  });
  it("with names of every object stays harmless", () => {
    const copy = redactionOf({}).value(JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": 1}')) as object;
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(Object.hasOwn(copy, "__proto__")).toBe(true);
  });
});

describe("a place", () => {
  const redactor = new Redactor({ paths: ["data.customers.*.phone", "context.tenant.secretName", "user"] });
  redactor.learn({ name: NAME, redact: ["note"], schema: undefined, version: undefined, create: () => ({}) as never });
  const event = {
    name: NAME,
    data: { customers: [{ phone: "+44 20 7946 0958" }, { phone: "none of it", name: "Ada" }], note: "only for Ada" },
    user: { id: "u-1234567" },
    context: { eventName: NAME, tenant: { secretName: "acme corp", plan: "pro" } },
  };

  it("is named by the app, with * for any one, and by the event's type", () => {
    const redaction = redactor.of(event);
    expect(redaction.context).toEqual({ eventName: NAME, tenant: { secretName: "[redacted]", plan: "pro" } });
    expect(redaction.text("called +44 20 7946 0958 of acme corp for u-1234567: only for Ada, Ada, pro")).toBe(
      "called [redacted] of [redacted] for [redacted]: [redacted], Ada, pro",
    );
  });
});

describe("a text of the run", () => {
  const redaction = redactionOf({
    data: { password: "hunter2 rocks!", auth: { keys: ["k-1234567"] }, pin: 4711, cvv: "123", token: "a/b+c=d e" },
    context: { authorization: "Bearer zyx987654" },
  });

  it("has no secret of the event, as it is or as it stands in an address", () => {
    expect(redaction.text("hunter2 rocks! k-1234567 zyx987654")).toBe("[redacted] [redacted] [redacted]");
    expect(redaction.text("GET /?t=a%2Fb%2Bc%3Dd%20e&x=1")).toBe("GET /?t=[redacted]&x=1");
  });
  it("keeps what only contains a short one", () => {
    expect(redaction.text("14711 and 4711, 1234 and 123")).toBe("14711 and [redacted], 1234 and [redacted]");
  });
});

describe("a look", () => {
  it.each([
    ["login failed for password=hunter2", "login failed for password=[redacted]"],
    ['{"password":"hun\\"ter2","a":1}', '{"password":"[redacted]","a":1}'],
    ["Authorization: Bearer abc.def-ghi", "Authorization: [redacted]"],
    ["sent Bearer abcdefgh to it", "sent Bearer [redacted] to it"],
    ["postgres://ada:s3cr3t@db.example.com/app", "postgres://ada:[redacted]@db.example.com/app"],
    ["GET /hook?api_key=abc&page=2", "GET /hook?api_key=[redacted]&page=2"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "[redacted]"],
    ["key sk_live_abcdefghijklmnop", "key [redacted]"],
    ["card 4242 4242 4242 4242 refused", "card [redacted] refused"],
    ["card 4242424242424242 refused", "card [redacted] refused"],
    ["ssn 078-05-1120", "ssn [redacted]"],
    ["the cvv 737 is wrong", "the cvv [redacted] is wrong"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "[redacted]"],
  ])("%s", (text, redacted) => expect(redactedText(text, undefined)).toBe(redacted));

  it.each([
    "the token has expired",
    "password must have 12 characters",
    "no card on file for order 1234567890",
    "ran 4242424242424241 times",
    "2026-11-28T10:15:27.123Z",
    "at Object.<anonymous> (/srv/app/session.ts:12:34)",
    "run_01kdvdna00adprh1vtd7aaaaaa",
    "see https://example.com/secrets/about",
  ])("%s stays", (text) => expect(redactedText(text, undefined)).toBe(text));

  it("is found in the time that the text is long", () => {
    for (const part of ["password", "password=", "a:", "://a:", "1 ", "eyJ", "card ", "-----BEGIN ", "token\\"]) {
      const before = performance.now();
      redactedText(part.repeat(200_000 / part.length), secretPattern(new Set(["hunter2", "4711"])));
      expect(performance.now() - before).toBeLessThan(2_000);
    }
  });
  it("of a card number is its check digit", () => {
    expect(isCardNumber("4242 4242 4242 4242")).toBe(true);
    expect(isCardNumber("4242 4242 4242 4243")).toBe(false);
    expect(isCardNumber("42")).toBe(false);
  });
});

describe("an error", () => {
  class Refused extends TaggedError("Refused")<{ readonly password: string }> {}
  const redaction = redactionOf({ data: { password: "hunter2!" } });

  it("is its type, message, stack and causes, without secrets", () => {
    const cause = new RangeError("hunter2! is too short", { cause: "hunter2!" });
    const error = new Refused({ password: "hunter2!", message: "refused hunter2!", cause });
    const shown = redaction.error(error);
    expect(shown).toMatchObject({
      type: "Refused",
      message: "refused [redacted]",
      causes: [
        { type: "RangeError", message: "[redacted] is too short" },
        { type: "string", message: "[redacted]" },
      ],
    });
    expect(shown.stack).not.toContain("hunter2!");
  });
  it("that was not declared is shown as the original", () => {
    expect(redaction.error(UnexpectedError.from(new TypeError("no")))).toMatchObject({
      type: "TypeError",
      message: "no",
    });
  });
  it("can be anything", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const thrown of [undefined, null, 1, "hunter2!", Symbol("a"), {}, proxy, Object.create(null)])
      expect(JSON.stringify(redaction.error(thrown))).not.toContain("hunter2!");
  });
});
