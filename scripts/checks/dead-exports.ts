// House rule 10: what nobody imports is not exported, and what only tests use is not there. Pure.
import { exportsOf, importsOf } from "./imports.ts";
import type { TreeFile } from "./tree.ts";

/**
 * The exports of the sources that nothing needs.
 *
 * An export is needed if another source imports it, or a door passes it on. A test needs what its sources use themselves
 * (a function that is tested on its own), and what is written for tests (`src/testing`). A type may stand in the signature
 * of another export of its file.
 */
export function deadExports(sources: readonly TreeFile[], users: readonly TreeFile[]): readonly string[] {
  const bySources = namesByFile(sources);
  const byUsers = namesByFile(users);
  return sources
    .filter(({ path }) => !isDoor(path))
    .flatMap((file) =>
      exportsOf(file).flatMap(({ name, line, isType, usesAtHome, isNamedByExport }) => {
        const isTested = has(byUsers, file.path, name);
        const isForTests = file.path.startsWith("src/testing/");
        if (has(bySources, file.path, name) || (isTested && (usesAtHome > 0 || isForTests))) return [];
        if (isType && isNamedByExport) return [];
        const why = isTested
          ? "only tests use it: remove both"
          : usesAtHome > 0
            ? "only its own file uses it: it needs no export"
            : "nothing uses it";
        return [`${file.path}:${line}: ${name}: ${why}`];
      }),
    );
}

/** The files beside the folders of `src`. */
function isDoor(path: string): boolean {
  return /^src\/[^/]+$/.test(path);
}

function namesByFile(files: readonly TreeFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { from, name } of files.flatMap(importsOf)) names.set(from, (names.get(from) ?? new Set()).add(name));
  return names;
}

function has(names: ReadonlyMap<string, ReadonlySet<string>>, file: string, name: string): boolean {
  const imported = names.get(file);
  return imported !== undefined && (imported.has(name) || imported.has("*"));
}
