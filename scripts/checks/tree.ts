// The files of a tree, by what they are for.
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { filesBelow } from "../packed-package.ts";

const IS_TEST = /\.(test|test-d|rejects)\.ts$/;

export interface TreeFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What ships, and the test support in `src/testing`: everything below `src` that is no test. */
export function sourcesOf(root: string): readonly TreeFile[] {
  return filesOf(root, ["src"]).filter(({ path }) => !IS_TEST.test(path));
}

/** Tests, and what else uses the sources: `test`, `examples`, `bench`, `scripts`, and the tests beside the sources. */
export function usersOf(root: string): readonly TreeFile[] {
  return [...filesOf(root, ["src"]).filter(({ path }) => IS_TEST.test(path)), ...filesOf(root, OTHER_FOLDERS)];
}

const OTHER_FOLDERS = ["test", "examples", "bench", "scripts"];

/** All code of a tree. */
export function codeOf(root: string): readonly TreeFile[] {
  return filesOf(root, ["src", ...OTHER_FOLDERS]);
}

/** The comment lines that a file opens with. */
export function headerOf({ text }: TreeFile): string {
  return /^(?:\/\/[^\n]*\n)*/.exec(text)![0];
}

/** Lines as the linter counts them. */
export function lineCount({ text }: TreeFile): number {
  return text.replace(/\n$/, "").split("\n").length;
}

function filesOf(root: string, folders: readonly string[]): readonly TreeFile[] {
  return folders
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => filesBelow(folder))
    .filter((path) => /\.(ts|mjs|js)$/.test(path))
    .map((path) => ({ path: relative(root, path).replaceAll("\\", "/"), text: readFileSync(path, "utf8") }));
}
