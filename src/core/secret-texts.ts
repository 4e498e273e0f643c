// Secrets within texts: error messages, stacks, addresses. Pure, and linear in the length of the text.

export const REDACTED = "[redacted]";

/** Names whose value follows in the text itself: `password=…`, `"token": "…"`, `Authorization: …`. */
const NAMED =
  /(["']?\b(?:[\w-]{0,40}(?:password|passphrase|secret|token|api[_-]?key|authorization|cookie|private[_-]?key)|passwd|pwd|pin|otp|jwt|ssn|cvv2?|cvc|card(?:[_ -]?number)?|iban|session[_-]?id|credentials?|signature)["']?\s{0,3}(?::|=|%3D|\bis\b)\s{0,3})(?:(?:Bearer|Basic|Digest)\s+)?("(?:[^"\\\n]|\\.){0,4096}"|'(?:[^'\\\n]|\\.){0,4096}'|[^\s"'&;,)}\]]{1,4096})/giu;
/** The same, with nothing but a space between: only where what follows has a digit or is long, so that prose stays as it is. */
const SPOKEN =
  /\b(password|passwd|passphrase|secret|token|api key|pin|cvv|cvc|ssn)(\s{1,3}["'`]?)((?=[^\s"'`]{0,40}\d)[^\s"'`,;]{3,4096})/giu;
const SCHEMES = /\b(Bearer|Basic|Digest)\s+[\w.~+/=-]{6,4096}/gu;
/** `https://user:secret@host` */
const USER_INFO = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@?#]{0,256}:)[^\s/@?#]{1,1024}(?=@)/giu;
/** Tokens that say what they are. */
const KNOWN = new RegExp(
  [
    String.raw`\beyJ[\w-]{6,4096}\.[\w-]{4,8192}(?:\.[\w-]{0,4096})?`,
    String.raw`\b(?:sk|rk|pk|whsec)_(?:live|test)?_?[A-Za-z0-9]{10,256}\b`,
    String.raw`\bsk-[A-Za-z0-9_-]{16,256}`,
    String.raw`\bgh[pousr]_[A-Za-z0-9]{20,255}\b`,
    String.raw`\bgithub_pat_\w{20,255}`,
    String.raw`\bxox[abeprs]-[\w-]{10,255}`,
    String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
    String.raw`\bAIza[\w-]{35}`,
    String.raw`\bSG\.[\w-]{16,64}\.[\w-]{16,64}`,
    String.raw`-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,16384}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?`,
    String.raw`\b\d{3}-\d{2}-\d{4}\b`,
  ].join("|"),
  "gu",
);
const DIGITS = /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/gu;
/** Nothing that could be a secret is without one of these. */
const SUSPICIOUS =
  /pass|secret|token|key|auth|cookie|pwd|pin|otp|jwt|ssn|cv[vc]|card|iban|session|credential|signature|bearer|basic|digest|:\/\/|eyJ|[srp]k[_-]|gh[pousr]_|github_|xox|AKIA|ASIA|AIza|SG\.|BEGIN|\d[\d -]{7}/iu;

/** Whether there may be a secret in it. */
export function isSuspicious(text: string): boolean {
  return SUSPICIOUS.test(text);
}

/** The text without what looks like a secret, and without the given ones. */
export function redactedText(text: string, known: RegExp | undefined): string {
  const rest = known === undefined ? text : text.replace(known, REDACTED);
  if (!isSuspicious(rest)) return rest;
  return rest
    .replace(USER_INFO, `$1${REDACTED}`)
    .replace(NAMED, (_all, name: string, value: string) => `${name}${quotedAs(value)}`)
    .replace(SPOKEN, (_all, name: string, between: string) => `${name}${between}${REDACTED}`)
    .replace(SCHEMES, (_all, scheme: string) => `${scheme} ${REDACTED}`)
    .replace(KNOWN, REDACTED)
    .replace(DIGITS, (digits) => (isCardNumber(digits) ? REDACTED : digits));
}

function quotedAs(value: string): string {
  const quote = value[0] === '"' || value[0] === "'" ? value[0] : "";
  return `${quote}${REDACTED}${quote}`;
}

/** By its check digit (Luhn). */
export function isCardNumber(text: string): boolean {
  const digits = Array.from(text.replaceAll(/\D/gu, ""), Number).toReversed();
  if (digits.length < 13 || digits.length > 19) return false;
  const sum = digits.reduce((total, digit, place) => total + (place % 2 === 0 ? digit : doubled(digit)), 0);
  return sum % 10 === 0;
}

function doubled(digit: number): number {
  return digit > 4 ? digit * 2 - 9 : digit * 2;
}

const SHORTEST = 3;
/** A shorter one is looked for as a word of its own: it may well be part of another. */
const SHORTEST_ANYWHERE = 6;
const LONGEST = 4_096;
const MOST = 200;

/** What finds these secrets in a text: as they are, and as they stand in an address. */
export function secretPattern(secrets: ReadonlySet<string>): RegExp | undefined {
  const found = [...secrets].filter(({ length }) => length >= SHORTEST && length <= LONGEST).slice(0, MOST);
  if (found.length === 0) return undefined;
  const forms = new Set(found.flatMap((secret) => [secret, inAddress(secret)]));
  const longestFirst = [...forms].toSorted((one, other) => other.length - one.length);
  return new RegExp(longestFirst.map(patternOf).join("|"), "gu");
}

function inAddress(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret; // a lone surrogate stands in no address
  }
}

function patternOf(secret: string): string {
  const literal = secret.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
  return secret.length >= SHORTEST_ANYWHERE ? literal : String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}])`;
}
