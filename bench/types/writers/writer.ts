// What a contestant's programs are made of: text, the same work in each contestant's own words. Pure.

/** An error class of the programs. */
export interface ErrorName {
  /** `E7` */
  readonly class: string;
  /** Its one field, a number: `f7`. Each class has another, so that no two of them are one type. */
  readonly field: string;
}

/** A function of the wrong program: one mistake, and one error. */
export interface Mistake {
  readonly what: string;
  readonly write: FunctionWriter;
}

/** Writes the `index`-th function of a program; it can fail with each of the errors. */
export type FunctionWriter = (index: number, errors: readonly ErrorName[]) => string;

export interface Writer {
  /** The import that every program has, and nothing that uses it. */
  readonly importOnly: string;
  /** The import and the error classes. */
  readonly head: (errors: readonly ErrorName[]) => string;
  /** A step for each error but the last, one after the other, in an outer step that fails with the last one itself. */
  readonly sequence: FunctionWriter;
  /** A step for each error, each in the one before it; all but the innermost fail by themselves. */
  readonly nested: FunctionWriter;
  /** What the functions with mistakes use beside it. */
  readonly wrongHead: string;
  /** Functions as `sequence` writes them, with a mistake each. */
  readonly mistakes: readonly Mistake[];
}

/** The error class with this number. */
export function errorName(number: number): ErrorName {
  return { class: `E${number}`, field: `f${number}` };
}

/** The last one is there, wherever functions are written. */
export function lastOf(errors: readonly ErrorName[]): ErrorName {
  return errors.at(-1)!;
}

/** `new E7({ f7: 1 })`: tagged classes of surefoot and of Effect are made alike. */
export function newTagged({ class: name, field }: ErrorName): string {
  return `new ${name}({ ${field}: 1 })`;
}

/** An error class by hand, with a tag: for who brings none. */
export function classByHand({ class: name, field }: ErrorName): string {
  return `export class ${name} extends Error { readonly _tag = "${name}"; constructor(readonly ${field}: number) { super("${name}"); } }`;
}

/** What the `number`-th step of a sequence does: each step has a value of another type. */
export function leafBody(number: number): string {
  return `async () => ({ v${number}: x + ${number}, s: "a" })`;
}

/** What the outer step of a sequence gives: from the value of every step. */
export function answer(index: number, steps: number): string {
  const sum = Array.from({ length: steps }, (_, number) => `d${number}.v${number}`).join(" + ");
  return `{ r: ${sum}, n: ${index} }`;
}

/** The lines of a body. */
export function lines(...all: readonly (string | readonly string[])[]): string {
  return all
    .flat()
    .map((line) => `  ${line}\n`)
    .join("");
}
