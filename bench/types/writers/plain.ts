// The same work with async functions and `throw`: no failure is inferred, which is the floor. Pure.
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

/** `sequence` with another last inner step: its value is used once. */
const withLast =
  (change: (number: number, error: ErrorName) => string): FunctionWriter =>
  (index, errors) => {
    const number = errors.length - 2;
    return define(index, outer(index, errors, [...rows(errors).slice(0, -1), change(number, errors[number]!)]));
  };

export const plain: Writer = {
  importOnly: "export {};",
  head: (errors) => errors.map(classByHand).join("\n"),
  sequence: (index, errors) => define(index, outer(index, errors, rows(errors))),
  nested: (index, errors) => define(index, nestedFrom(0, errors)),
  wrongHead: "",
  mistakes: [
    {
      what: "a promise is taken for its value",
      write: withLast((number) => `const d${number} = (${leafBody(number)})();`),
    },
    {
      what: "another value is returned than announced",
      write: (index, errors) =>
        define(index, `(${outer(index, errors, rows(errors))})(x)`, ": Promise<{ r: string; n: number }>"),
    },
    {
      what: "the value has no such field",
      write: withLast((number) => `const { v9: w, ...d${number} } = await (${leafBody(number)})();`),
    },
  ],
};

function define(index: number, expression: string, type?: string): string {
  return `export const run${index} = ${type === undefined ? "" : `(x: number)${type} => `}${expression};`;
}

function rows(errors: readonly ErrorName[]): readonly string[] {
  return errors.slice(0, -1).map((_, number) => `const d${number} = await (${leafBody(number)})();`);
}

function outer(index: number, errors: readonly ErrorName[], inner: readonly string[]): string {
  const fail = `if (d0.v0 > 3) throw new ${lastOf(errors).class}(1);`;
  return `async (x: number) => {\n${lines(inner, fail, `return ${answer(index, errors.length - 1)};`)}}`;
}

function nestedFrom(level: number, errors: readonly ErrorName[]): string {
  if (level === errors.length - 1) return '(async () => ({ v: x, s: "a" }))()';
  const call = level === 0 ? "async (x: number) => {\n" : "(async () => {\n";
  const body = lines(
    `const r = await ${nestedFrom(level + 1, errors)};`,
    `if (r.v > ${level}) throw new ${errors[level]!.class}(1);`,
    `return { ...r, k${level}: r.v };`,
  );
  return `${call}${body}${level === 0 ? "}" : "})()"}`;
}
