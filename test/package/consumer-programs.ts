// The programs of `consumer/`, laid out in a packed consumer: those that compile, and those that must not.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, type PackedPackage } from "../../scripts/packed-package.ts";
import { fencesOf } from "../../scripts/docs/fences.ts";

const PROGRAMS = join(import.meta.dirname, "consumer");
const DIRECTIVE = /^\s*\/\/ @ts-expect-error (TS\d+(?:\|TS\d+)*): (.+)$/;

/** An error that a program must have: on this line, with one of these codes, and this text in its message. */
export interface ExpectedError {
  readonly file: string;
  readonly line: number;
  readonly codes: readonly string[];
  readonly text: string;
}

/** The errors that a program's directives announce: each stands above the line with the error. */
export function expectedErrors(file: string, source: string): readonly ExpectedError[] {
  return source.split("\n").flatMap((line, index) => {
    const [, codes, text] = DIRECTIVE.exec(line) ?? [];
    if (codes === undefined || text === undefined) {
      if (line.includes("@ts-expect-error")) throw new Error(`${file}:${index + 1} names no code and no message`);
      return [];
    }
    return [{ file, line: index + 2, codes: codes.split("|"), text }];
  });
}

/** The program with its directives taken out, line for line: the compiler then says what they hid. */
export function withoutDirectives(source: string): string {
  return source
    .split("\n")
    .map((line) => (DIRECTIVE.test(line) ? "//" : line))
    .join("\n");
}

/** Lays the programs out below a packed consumer, and says what is expected of them. */
export function layOutPrograms({ consumer }: PackedPackage): {
  readonly folder: string;
  /** The files that must compile. */
  readonly programs: readonly string[];
  readonly expected: readonly ExpectedError[];
} {
  const folder = join(consumer, "programs");
  mkdirSync(folder);
  copyFileSync(join(PROGRAMS, "tsconfig.json"), join(folder, "tsconfig.json"));
  const names = readdirSync(PROGRAMS).filter((name) => name.endsWith(".ts"));
  const expected = names.flatMap((name) => {
    const source = readFileSync(join(PROGRAMS, name), "utf8");
    writeFileSync(join(folder, name), withoutDirectives(source));
    return expectedErrors(name, source);
  });
  writeNoteExample(folder);
  return { folder, programs: [...names.filter((name) => !name.endsWith(".rejects.ts")), "note-example.js"], expected };
}

/** The note's JavaScript example: the page's own text below an import and a client. */
function writeNoteExample(folder: string): void {
  const page = readFileSync(join(REPOSITORY, "docs/note.md"), "utf8");
  const example = fencesOf("docs/note.md", page, ["js"])[0];
  if (example === undefined) throw new Error("docs/note.md has no js fence");
  const head = 'import { createApp } from "surefoot";\nexport const inngest = createApp({ name: "note" });\n';
  writeFileSync(join(folder, "note-example.js"), `${head}${example.code}`);
  const services = ["stripe", "db", "resend"].map((name) => `declare const ${name}: any;\n`).join("");
  writeFileSync(join(folder, "note-services.d.ts"), services);
}
