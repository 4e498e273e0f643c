// Which names stand for secrets, and which places in values. Pure.

/** What an app redacts besides the names that are always redacted. */
export interface RedactOptions {
  /** More names, anywhere in a value: `"nationalId"`. Upper and lower case, `-` and `_` make no difference. */
  readonly keys?: readonly string[] | undefined;
  /** Places, from `data`, `user` or `context` down; `*` is any one name or index: `"data.customers.*.phone"`. */
  readonly paths?: readonly string[] | undefined;
  /** Names that are redacted by default and are harmless here: `"token"`. */
  readonly except?: readonly string[] | undefined;
}

const OPTIONS: readonly string[] = ["keys", "paths", "except"] satisfies (keyof RedactOptions)[];

/** Why such options make no sense; undefined if they do. */
export function redactProblem(given: unknown = {}): string | undefined {
  const isObject = typeof given === "object" && given !== null;
  const parts: readonly [string, unknown][] = isObject ? Object.entries(given) : [["", given]];
  const wrong = parts.find(
    ([option, names]) => !OPTIONS.includes(option) || (names !== undefined && !isListOfTexts(names)),
  );
  return wrong && `redact takes lists of texts: ${OPTIONS.join(", ")}, not ${wrong[0]}`;
}

export function isListOfTexts(given: unknown): given is readonly string[] {
  return Array.isArray(given) && given.every((one) => typeof one === "string");
}

/** Redacted wherever they stand, as they are. */
const NAMES = [
  ...["passwd", "pwd", "passcode", "pin", "otp", "mfacode", "totp", "jwt", "credential", "credentials"],
  ...["secretkey", "accesskey", "signature", "sessionid", "sid", "csrf", "xsrf", "bearer", "auth"],
  ...["card", "creditcard", "pan", "cvv", "cvc", "cvv2", "iban", "accountnumber", "routingnumber"],
  ...["ssn", "socialsecuritynumber", "taxid", "nationalid", "passportnumber"],
];
/** Redacted as they are, and wherever they end a name: `clientSecret`, `x-api-key`, `Set-Cookie`. */
const ENDINGS = [
  "password",
  "passphrase",
  "secret",
  "token",
  "apikey",
  "authorization",
  "cookie",
  "privatekey",
  "cardnumber",
];

/** Tells the names that stand for secrets from the others. */
export type IsSecretKey = (key: string) => boolean;

export function secretKeys({ keys = [], except = [] }: RedactOptions = {}): IsSecretKey {
  const harmless = new Set(except.map(plainKey));
  const names = new Set([...NAMES, ...keys.map(plainKey)].filter((name) => !harmless.has(name)));
  const endings = ENDINGS.filter((ending) => !harmless.has(ending));
  const known = new Map<string, boolean>();
  return (key) => {
    let isSecret = known.get(key);
    if (isSecret === undefined) {
      const plain = plainKey(key);
      isSecret = !harmless.has(plain) && (names.has(plain) || endings.some((ending) => plain.endsWith(ending)));
      if (known.size < MOST_KNOWN) known.set(key, isSecret);
    }
    return isSecret;
  };
}

/** Keys can be a sender's: they are not remembered without end. */
const MOST_KNOWN = 10_000;

function plainKey(key: string): string {
  return key.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** A place in a value, with what is below it. */
export interface PathTree {
  readonly isEnd: boolean;
  readonly below: ReadonlyMap<string, PathTree>;
}

export const NO_PATHS: PathTree = { isEnd: false, below: new Map() };

export function pathTree(paths: readonly string[]): PathTree {
  return treeOf(paths.map((path) => path.split(".")));
}

function treeOf(paths: readonly (readonly string[])[]): PathTree {
  const restsByName = new Map<string, (readonly string[])[]>();
  for (const [name, ...rest] of paths)
    if (name !== undefined) restsByName.set(name, [...(restsByName.get(name) ?? []), rest]);
  return {
    isEnd: paths.some((path) => path.length === 0),
    below: new Map([...restsByName].map(([name, rests]) => [name, treeOf(rests)])),
  };
}

/** Both of them. */
export function joinedPaths(one: PathTree, other: PathTree): PathTree {
  const names = new Set([...one.below.keys(), ...other.below.keys()]);
  const below = [...names].map(
    (name) => [name, joinedPaths(one.below.get(name) ?? NO_PATHS, other.below.get(name) ?? NO_PATHS)] as const,
  );
  return { isEnd: one.isEnd || other.isEnd, below: new Map(below) };
}

/** What is said of the places under `key`, by its name and by `*`. */
export function pathsBelow(tree: PathTree, key: string): PathTree {
  const named = tree.below.get(key);
  const any = tree.below.get("*");
  return named === undefined || any === undefined ? (named ?? any ?? NO_PATHS) : joinedPaths(named, any);
}
