// Finds the code in prose: the fences of a Markdown page, and the examples of docstrings. Pure.

export interface Fence {
  /** The page or source file, as a path from the repository. */
  readonly page: string;
  /** The line of the page that the code begins on, from 1. */
  readonly line: number;
  readonly language: string;
  /** What stands behind the language: `run`. */
  readonly marks: readonly string[];
  readonly code: string;
}

/** The fences of a page in one of these languages, in order. Indented ones (in lists) lose their indent. */
export function fencesOf(page: string, text: string, languages: readonly string[]): readonly Fence[] {
  const found: Fence[] = [];
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const [, indent = "", mark, info = ""] = /^(\s*)(`{3,}|~{3,})\s*(.*)$/.exec(lines[index] ?? "") ?? [];
    if (mark === undefined) continue;
    const end = closingLine(lines, index + 1, mark);
    const [language = "", ...marks] = info.trim().split(/\s+/);
    if (languages.includes(language)) {
      const code = lines.slice(index + 1, end).map((line) => withoutIndent(line, indent));
      found.push({ page, line: index + 2, language, marks, code: `${code.join("\n")}\n` });
    }
    index = end;
  }
  return found;
}

/** The `@example`s of the docstrings in a source file: bare code, or `ts` fences. */
export function examplesOf(file: string, text: string): readonly Fence[] {
  return [...text.matchAll(/^[ \t]*\/\*\*\n(?:[ \t]*\*(?!\/).*\n)*[ \t]*\*\//gm)].flatMap((docstring) => {
    const firstLine = text.slice(0, docstring.index).split("\n").length;
    const lines = docstring[0].split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
    return lines.flatMap((line, index): readonly Fence[] => {
      if (!/^@example\b/.test(line)) return [];
      const length = lines.slice(index + 1).findIndex((next) => /^(@\w+|\/?)$|^@\w+\s/.test(next) && next !== "");
      const body = lines.slice(index + 1, index + 1 + length);
      const found = {
        page: file,
        line: firstLine + index + 1,
        language: "ts",
        marks: [],
        code: `${body.join("\n")}\n`,
      };
      const fences = fencesOf(file, found.code, ["ts"]);
      return fences.length === 0 ? [found] : fences.map((fence) => ({ ...fence, line: found.line + fence.line - 1 }));
    });
  });
}

function withoutIndent(line: string, indent: string): string {
  return line.startsWith(indent) ? line.slice(indent.length) : line.trimStart();
}

function closingLine(lines: readonly string[], from: number, mark: string): number {
  const closes = (line: string) => line.trim().startsWith(mark) && /^(`+|~+)$/.test(line.trim());
  const end = lines.findIndex((line, index) => index >= from && closes(line));
  return end === -1 ? lines.length : end;
}
