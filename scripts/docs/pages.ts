// The pages whose code is executed.
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { REPOSITORY, filesBelow } from "../packed-package.ts";
import { examplesOf, fencesOf, type Fence } from "./fences.ts";

const PAGES_AT_THE_TOP = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"];

/** The `ts` fences of all pages, and the examples of all docstrings, by page. */
export function documentedFences(): ReadonlyMap<string, readonly Fence[]> {
  const pages = new Map<string, readonly Fence[]>();
  for (const path of [...markdownPages(), ...sources()]) {
    const text = readFileSync(join(REPOSITORY, path), "utf8");
    const fences = path.endsWith(".md") ? fencesOf(path, text, ["ts"]) : examplesOf(path, text);
    if (fences.length > 0) pages.set(path, fences);
  }
  return pages;
}

/** The fences that are said to run (`ts run`), each with the output that follows it (`text output`) if the page shows one. */
export function runnableFences(): readonly { readonly fence: Fence; readonly output: Fence | undefined }[] {
  return markdownPages().flatMap((path) => runnableIn(path, readFileSync(join(REPOSITORY, path), "utf8")));
}

export function runnableIn(
  path: string,
  text: string,
): readonly { readonly fence: Fence; readonly output: Fence | undefined }[] {
  const fences = fencesOf(path, text, ["ts", "text"]).filter(
    ({ language, marks }) => marks.includes("run") || (language === "text" && marks.includes("output")),
  );
  return fences.flatMap((fence, index) => {
    const next = fences[index + 1];
    return fence.language === "ts" ? [{ fence, output: next?.language === "text" ? next : undefined }] : [];
  });
}

function markdownPages(): readonly string[] {
  const below = ["docs", "examples"].flatMap((folder) => pathsBelow(folder));
  return [
    ...PAGES_AT_THE_TOP.filter((path) => existsSync(join(REPOSITORY, path))),
    ...below.filter((path) => path.endsWith(".md")),
  ];
}

function sources(): readonly string[] {
  return pathsBelow("src").filter((path) => path.endsWith(".ts"));
}

function pathsBelow(folder: string): readonly string[] {
  const path = join(REPOSITORY, folder);
  return existsSync(path) ? filesBelow(path).map((file) => relative(REPOSITORY, file)) : [];
}
