// neverthrow's programs: `safeTry` with async generators. Pure.
import {
  answer,
  classByHand,
  lastOf,
  leafBody,
  lines,
  type ErrorName,
  type FunctionWriter,
  type Writer,
} from "./writer.ts";

const NAMES = "err, ok, ResultAsync, safeTry";

/** `sequence` with another last inner step: its value is used once. */
const withLast =
  (change: (number: number, error: ErrorName) => string): FunctionWriter =>
  (index, errors) => {
    const number = errors.length - 2;
    return define(index, outer(index, errors, [...rows(errors).slice(0, -1), change(number, errors[number]!)]));
  };

export const neverthrow: Writer = {
  importOnly: `export { ${NAMES} } from "neverthrow";`,
  head: (errors) => [`import { ${NAMES} } from "neverthrow";`, ...errors.map(classByHand)].join("\n"),
  sequence: (index, errors) => define(index, outer(index, errors, rows(errors))),
  nested: (index, errors) => define(index, nestedFrom(0, errors)),
  wrongHead: "",
  mistakes: [
    {
      what: "a result is taken for its value",
      write: withLast((number, error) => `const d${number} = ${leaf(number, error)};`),
    },
    {
      what: "a result is returned where fewer errors are announced",
      write: (index, errors) => {
        const failures = errors.slice(1).map((error) => error.class);
        const type = `: ResultAsync<{ r: number; n: number }, ${failures.join(" | ")}>`;
        return define(index, outer(index, errors, rows(errors)), type);
      },
    },
    {
      what: "the value has no such field",
      write: withLast((number, error) => `const { v9: w, ...d${number} } = yield* ${leaf(number, error)};`),
    },
  ],
};

function define(index: number, expression: string, type = ""): string {
  return `export const run${index} = (x: number)${type} => ${expression};`;
}

function leaf(number: number, error: ErrorName): string {
  return `ResultAsync.fromPromise((${leafBody(number)})(), () => new ${error.class}(1))`;
}

function rows(errors: readonly ErrorName[]): readonly string[] {
  return errors.slice(0, -1).map((error, number) => `const d${number} = yield* ${leaf(number, error)};`);
}

function outer(index: number, errors: readonly ErrorName[], inner: readonly string[]): string {
  const fail = `if (d0.v0 > 3) return err(new ${lastOf(errors).class}(1));`;
  return `safeTry(async function* () {\n${lines(inner, fail, `return ok(${answer(index, errors.length - 1)});`)}})`;
}

function nestedFrom(level: number, errors: readonly ErrorName[]): string {
  const error = errors[level]!;
  if (level === errors.length - 1)
    return `ResultAsync.fromPromise((async () => ({ v: x, s: "a" }))(), () => new ${error.class}(1))`;
  const body = lines(
    `const r = yield* ${nestedFrom(level + 1, errors)};`,
    `if (r.v > ${level}) return err(new ${error.class}(1));`,
    `return ok({ ...r, k${level}: r.v });`,
  );
  return `safeTry(async function* () {\n${body}})`;
}
