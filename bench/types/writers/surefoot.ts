// surefoot's programs: generator bodies, in which every failure is inferred. Pure.
import {
  answer,
  lastOf,
  leafBody,
  lines,
  newTagged,
  type ErrorName,
  type FunctionWriter,
  type Mistake,
  type Writer,
} from "./writer.ts";

const NAMES = "createApp, step, TaggedError";

/** How a composite step fails with its own error: it raises it, or it may throw it and declares it. */
type OwnFailure = "raised" | "declared";
/** What the outermost step is: a step, or a function that an event starts. */
type Outermost = "step" | "function";

function writerWith(own: OwnFailure, outermost: Outermost): Writer {
  const isFunction = outermost === "function";
  return {
    importOnly: `export { ${NAMES} } from "surefoot";`,
    head: (errors) =>
      [
        `import { ${NAMES}, type StandardSchema, type Step } from "surefoot";`,
        ...errors.map(errorClass),
        ...(isFunction ? ['const app = createApp({ name: "bench" });'] : []),
      ].join("\n"),
    sequence: (index, errors) =>
      isFunction ? defineFunction(index, outerBody(index, errors, own)) : define(index, outer(index, errors, own)),
    nested: (index, errors) =>
      isFunction ? defineFunction(index, nestBody(0, errors, own)) : define(index, nestedFrom(0, errors, own)),
    wrongHead: WRONG_HEAD,
    mistakes: MISTAKES,
  };
}

function errorClass({ class: name, field }: ErrorName): string {
  return `export class ${name} extends TaggedError("${name}")<{ ${field}: number }> {}`;
}

function define(index: number, expression: string, type = ""): string {
  return `export const run${index} = (x: number)${type} => ${expression};`;
}

function defineFunction(index: number, body: string): string {
  const input = lines("const x: number = event.data.n;");
  return `export const run${index} = app.createFunction({ name: "outer${index}" }, { event: "started" }, function* ({ event, step }) {\n${input}${body}});`;
}

function leaf(number: number, error: ErrorName): string {
  return `step.run("d${number}", ${leafBody(number)}).possibleError(${error.class})`;
}

/** A line for each inner step. */
function rows(errors: readonly ErrorName[]): readonly string[] {
  return errors.slice(0, -1).map((error, number) => `const d${number} = yield* ${leaf(number, error)};`);
}

function outer(index: number, errors: readonly ErrorName[], own: OwnFailure, inner = rows(errors)): string {
  const declare = own === "declared" ? `.possibleError(${lastOf(errors).class})` : "";
  return `step.run("outer${index}", function* (step) {\n${outerBody(index, errors, own, inner)}})${declare}`;
}

function outerBody(index: number, errors: readonly ErrorName[], own: OwnFailure, inner = rows(errors)): string {
  const raise = own === "raised" ? [`if (d0.v0 > 3) throw yield* ${newTagged(lastOf(errors))};`] : [];
  return lines(inner, raise, `return ${answer(index, errors.length - 1)};`);
}

function nestedFrom(level: number, errors: readonly ErrorName[], own: OwnFailure): string {
  const { class: name } = errors[level]!;
  if (level === errors.length - 1)
    return `step.run("l${level}", async () => ({ v: x, s: "a" })).possibleError(${name})`;
  const declare = own === "declared" ? `.possibleError(${name})` : "";
  return `step.run("l${level}", function* (step) {\n${nestBody(level, errors, own)}})${declare}`;
}

function nestBody(level: number, errors: readonly ErrorName[], own: OwnFailure): string {
  const raise = own === "raised" ? [`if (r.v > ${level}) throw yield* ${newTagged(errors[level]!)};`] : [];
  return lines(`const r = yield* ${nestedFrom(level + 1, errors, own)};`, raise, `return { ...r, k${level}: r.v };`);
}

const WRONG_HEAD = `declare const contextSchema: StandardSchema<{ userId: string }, { userId: string }>;
const appWithContext = createApp({ name: "wrong", context: contextSchema });
declare function look(error: unknown): void;
class NeverRaised extends TaggedError("NeverRaised")<{ never: number }> {}`;

/** `sequence` with another last inner step: its value is used once. */
const withLast =
  (change: (number: number, error: ErrorName) => string): FunctionWriter =>
  (index, errors) => {
    const number = errors.length - 2;
    const inner = [...rows(errors).slice(0, -1), change(number, errors[number]!)];
    return define(index, outer(index, errors, "raised", inner));
  };

const withLink =
  (link: (errors: readonly ErrorName[]) => string): FunctionWriter =>
  (index, errors) =>
    define(index, `${outer(index, errors, "raised")}${link(errors)}`);

/** The errors that a body lists, without the first of those that it can fail with. */
function allButFirst(errors: readonly ErrorName[]): string {
  return errors
    .slice(1)
    .map((error) => error.class)
    .join(", ");
}

const MISTAKES: readonly Mistake[] = [
  {
    what: "a handler is missing",
    write: withLink(
      (errors) =>
        `.onError({ ${errors
          .slice(1)
          .map(({ class: tag }) => `${tag}: look`)
          .join(", ")} })`,
    ),
  },
  {
    what: "a handler is for what cannot happen",
    write: withLink(() => ".onError(NeverRaised, look)"),
  },
  {
    what: "a body with `errors` awaits what is not among them",
    write: (index, errors) => {
      const inner = errors.slice(0, -1).map((error, number) => `const d${number} = await ${leaf(number, error)};`);
      const body = lines(inner, `return ${answer(index, errors.length - 1)};`);
      const options = `{ name: "outer${index}", errors: [${allButFirst(errors)}] }`;
      return define(index, `step.run(${options}, async (step) => {\n${body}})`);
    },
  },
  {
    what: "a step is taken for its value",
    write: withLast((number, error) => `const d${number} = ${leaf(number, error)};`),
  },
  {
    what: "a step is returned where fewer errors are announced",
    write: (index, errors) => {
      const failures = errors.slice(1).map((error) => error.class);
      return define(index, outer(index, errors, "raised"), `: Step<{ r: number; n: number }, ${failures.join(" | ")}>`);
    },
  },
  {
    what: "the context has no such field",
    write: (index, errors) => {
      const body = lines(
        rows(errors),
        `if (context.userName === "") throw yield* ${newTagged(lastOf(errors))};`,
        `return ${answer(index, errors.length - 1)};`,
      );
      return `export const run${index} = (x: number) => appWithContext.createFunction({ name: "outer${index}" }, { event: "started" }, function* ({ step, context }) {\n${body}});`;
    },
  },
  {
    what: "there is no such option",
    write: withLast((number, error) => {
      const run = `step.run({ name: "d${number}", retry: 3 }, ${leafBody(number)})`;
      return `const d${number} = yield* ${run}.possibleError(${error.class});`;
    }),
  },
  {
    what: "the value has no such field",
    write: withLast((number, error) => `const { v9: w, ...d${number} } = yield* ${leaf(number, error)};`),
  },
];

export const surefoot: Writer = writerWith("raised", "step");
export const surefootDeclared: Writer = writerWith("declared", "step");
export const surefootFunctions: Writer = writerWith("raised", "function");
