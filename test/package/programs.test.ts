// What a user's program compiles to against the published types, under both compilers.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { COMPILERS, compileProject, showDiagnostics, type Compiler } from "../../scripts/compile-project.ts";
import { packPackage } from "../../scripts/packed-package.ts";
import { expectedErrors, layOutPrograms, withoutDirectives } from "./consumer-programs.ts";

const packed = packPackage();
const { folder, programs, expected } = layOutPrograms(packed);
afterAll(() => packed.remove());

describe.each(Object.keys(COMPILERS) as Compiler[])("TypeScript %s", (compiler) => {
  const found = compileProject(compiler, folder);

  it.each(programs)("compiles %s", (name) => {
    expect(showDiagnostics(found.filter(({ file }) => file === name))).toEqual([]);
  });

  it.each(expected)("refuses $file:$line: $text", ({ file, line, codes, text }) => {
    const there = found.filter((diagnostic) => diagnostic.file === file && diagnostic.line === line);
    expect(there.filter((diagnostic) => codes.includes(diagnostic.code)).map((diagnostic) => diagnostic.text)).toEqual([
      expect.stringContaining(text),
    ]);
  });

  it("says nothing else", () => {
    const isExpected = (file: string, line: number) =>
      expected.some((error) => error.file === file && error.line === line);
    const others = found.filter(({ file, line }) => !programs.includes(file) && !isExpected(file, line));
    expect(showDiagnostics(others)).toEqual([]);
  });
});

describe("the programs", () => {
  it("hold the note's example as the note has it", () => {
    const program = readFileSync(join(folder, "note-example.js"), "utf8");
    expect(program).toContain("await step.sleepUntil(event.data.invoiceDate);");
    expect(program.split("\n").slice(2).join("\n")).toMatch(/^inngest\.createFunction\(/);
  });
  it("refuse a directive that names no message", () => {
    expect(() => expectedErrors("x.rejects.ts", "// @ts-expect-error\nlet x: number = '';")).toThrow("x.rejects.ts:1");
    expect(() => expectedErrors("x.rejects.ts", "// @ts-expect-error it is wrong")).toThrow("no message");
  });
  it("are read without their directives, line for line", () => {
    const source = "  // @ts-expect-error TS2322: no\nlet x;\n";
    expect(withoutDirectives(source)).toBe("//\nlet x;\n");
    expect(expectedErrors("x", source)).toEqual([{ file: "x", line: 2, codes: ["TS2322"], text: "no" }]);
  });
});
