// The axes of the table, and the facts that both the model and the bodies speak of. Imports nothing.

export const BODIES = ["plain", "async", "generator", "asyncGenerator"] as const;
export const MODES = ["inProcess", "sqliteFirst", "sqliteReplay"] as const;
export const KINDS = [
  "value",
  "declared",
  "translated",
  "raised",
  "raisedDeclared",
  "unexpected",
  "substepDeclared",
  "substepUndeclared",
  "substepUnexpected",
  "timeout",
  "cancellation",
] as const;
export const HANDLERS = [
  "none",
  "looks",
  "runsStep",
  "classes",
  "ownClass",
  "mixed",
  "map",
  "mapUnexpected",
  "raises",
  "raisesFirst",
  "raisesNamed",
  "throws",
  "rethrows",
] as const;
export const NEXTS = ["none", "next()", "next(value)", "next(fn)", "next(throws)"] as const;
export const ABSTRACTS = ["none", "last", "first"] as const;
export const RETRIES = ["once", "default"] as const;

export type BodyKind = (typeof BODIES)[number];
export type Mode = (typeof MODES)[number];
/** What happens in the body of the step under test. */
export type Kind = (typeof KINDS)[number];
export type HandlerKind = (typeof HANDLERS)[number];
export type NextKind = (typeof NEXTS)[number];
/** Whether `abstractError` stands after all other links, before them, or nowhere. */
export type AbstractKind = (typeof ABSTRACTS)[number];
export type RetriesKind = (typeof RETRIES)[number];

/** One combination of everything but the mode: one program. Its two SQLite modes are two executions of one run. */
export interface Program {
  readonly body: BodyKind;
  readonly kind: Kind;
  readonly handler: HandlerKind;
  readonly next: NextKind;
  readonly abstract: AbstractKind;
  readonly retries: RetriesKind;
}

/** One cell of the table. */
export interface Cell extends Program {
  readonly mode: Mode;
}

/** What `await`s, `yield*`s and messages are made of. */
export const FACTS = {
  receipt: { paid: 7, by: "card" },
  refused: { fields: { code: "51" }, message: "the card was refused" },
  unreachable: { fields: { host: "db-7" }, message: "db-7 cannot be reached" },
  socket: { name: "SocketError", message: "connection reset" },
  overdrawn: { fields: { by: 12 }, message: "overdrawn by 12" },
  bug: { name: "RangeError", message: "index 9 is out of range" },
  missing: { fields: { what: "invoice" }, message: "the invoice is missing" },
  replaced: { fields: { reason: "looked" }, message: "replaced by a handler" },
  ownCause: { name: "Error", message: "a cause of its own" },
  clumsy: { name: "Error", message: "the handler itself is broken" },
  noNext: { name: "Error", message: "there is nothing to go on with" },
  fallback: "fallback",
  timeoutMs: 15,
} as const;

/** Every program of the main table, those that the language rules out included. */
export function allPrograms(): Program[] {
  const programs: Program[] = [];
  for (const body of BODIES)
    for (const kind of KINDS)
      for (const handler of HANDLERS)
        for (const next of NEXTS)
          for (const abstract of ABSTRACTS) programs.push({ body, kind, handler, next, abstract, retries: "once" });
  return programs;
}

/** What ends by itself, without links and without a word about retries: the default policy of each mode. */
export function defaultRetryPrograms(): Program[] {
  const kinds = KINDS.filter((kind) => kind !== "cancellation");
  return BODIES.flatMap((body) =>
    kinds.map((kind): Program => ({ body, kind, handler: "none", next: "none", abstract: "none", retries: "default" })),
  );
}

/** How a cell is called in reports, and a program in its event. */
export function nameOf(program: Program): string {
  const { body, kind, handler, next, abstract, retries } = program;
  return [body, kind, `onError:${handler}`, `next:${next}`, `abstract:${abstract}`, `retries:${retries}`].join(" ");
}
