// Effect's programs: `Effect.gen`, with a span for each step or without. Pure.
import {
  answer,
  lastOf,
  leafBody,
  lines,
  newTagged,
  type ErrorName,
  type FunctionWriter,
  type Writer,
} from "./writer.ts";

export const effect: Writer = writerWith(() => "");
export const effectSpans: Writer = writerWith((name) => `.pipe(Effect.withSpan("${name}"))`);

type Span = (name: string) => string;

function writerWith(span: Span): Writer {
  const withInner =
    (change: (inner: readonly string[]) => readonly string[]): FunctionWriter =>
    (index, errors) =>
      define(index, outer(index, errors, span, change(rows(errors, span))));
  // Of the last inner step, the value is used once.
  const withLast =
    (change: (number: number, error: ErrorName) => string): FunctionWriter =>
    (index, errors) => {
      const number = errors.length - 2;
      const inner = [...rows(errors, span).slice(0, -1), change(number, errors[number]!)];
      return define(index, outer(index, errors, span, inner));
    };
  return {
    importOnly: 'export { Data, Effect } from "effect";',
    head: (errors) => ['import { Context, Data, Effect } from "effect";', ...errors.map(errorClass)].join("\n"),
    sequence: withInner((inner) => inner),
    nested: (index, errors) => define(index, nestedFrom(0, errors, span)),
    wrongHead: 'class User extends Context.Service<User, { readonly id: string }>()("User") {}',
    mistakes: [
      {
        what: "a handler is for what cannot happen",
        write: (index, errors) =>
          define(index, `${outer(index, errors, span)}.pipe(Effect.catchTag("NeverRaised", () => Effect.void))`),
      },
      {
        what: "an effect is taken for its value",
        write: withLast((number, error) => `const d${number} = ${leaf(number, error, span)};`),
      },
      {
        what: "an effect is returned where fewer errors are announced",
        write: (index, errors) => {
          const failures = errors.slice(1).map((error) => error.class);
          const type = `: Effect.Effect<{ r: number; n: number }, ${failures.join(" | ")}>`;
          return define(index, outer(index, errors, span), type);
        },
      },
      {
        what: "the context has no such field",
        write: withInner((inner) => [...inner, 'if ((yield* User).name === "") return yield* Effect.never;']),
      },
      {
        what: "the value has no such field",
        write: withLast((number, error) => `const { v9: w, ...d${number} } = yield* ${leaf(number, error, span)};`),
      },
    ],
  };
}

function errorClass({ class: name, field }: ErrorName): string {
  return `export class ${name} extends Data.TaggedError("${name}")<{ readonly ${field}: number }> {}`;
}

function define(index: number, expression: string, type = ""): string {
  return `export const run${index} = (x: number)${type} => ${expression};`;
}

function leaf(number: number, error: ErrorName, span: Span): string {
  return `Effect.tryPromise({ try: ${leafBody(number)}, catch: () => ${newTagged(error)} })${span(`d${number}`)}`;
}

function rows(errors: readonly ErrorName[], span: Span): readonly string[] {
  return errors.slice(0, -1).map((error, number) => `const d${number} = yield* ${leaf(number, error, span)};`);
}

function outer(index: number, errors: readonly ErrorName[], span: Span, inner = rows(errors, span)): string {
  const raise = `if (d0.v0 > 3) return yield* ${newTagged(lastOf(errors))};`;
  const body = lines(inner, raise, `return ${answer(index, errors.length - 1)};`);
  return `Effect.gen(function* () {\n${body}})${span(`outer${index}`)}`;
}

function nestedFrom(level: number, errors: readonly ErrorName[], span: Span): string {
  const error = errors[level]!;
  if (level === errors.length - 1)
    return `Effect.tryPromise({ try: async () => ({ v: x, s: "a" }), catch: () => ${newTagged(error)} })${span(`l${level}`)}`;
  const body = lines(
    `const r = yield* ${nestedFrom(level + 1, errors, span)};`,
    `if (r.v > ${level}) return yield* ${newTagged(error)};`,
    `return { ...r, k${level}: r.v };`,
  );
  return `Effect.gen(function* () {\n${body}})${span(`l${level}`)}`;
}
