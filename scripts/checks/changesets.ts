// House rule 12: a change that users notice is announced.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What users notice: what ships, and what it says of itself. */
const SHIPPED = /^(src\/(?!testing\/)(?!.*\.(test|test-d|rejects)\.ts$).+\.ts|package\.json)$/;

export interface Changeset {
  readonly file: string;
  readonly bump: string | undefined;
  readonly note: string;
}

/**
 * What is wrong with the announcements.
 *
 * Since the last release (the last commit that changed CHANGELOG.md; before the first one, since ever) something that
 * ships has changed: then there is a changeset for the package, and each one is written as a release note.
 */
export function changesetProblems(root: string): readonly string[] {
  const { name, private: isPrivate = false } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly name: string;
    readonly private?: boolean;
  };
  const changed = changedSinceRelease(root).filter((path) => SHIPPED.test(path));
  const changesets = changesetsIn(root, name);
  const isMissing = changed.length > 0 && !isPrivate && changesets.length === 0;
  const missing = isMissing
    ? [`${changed.length} shipped files changed since the last release, ${changed[0]!} among them: run npx changeset`]
    : [];
  return [...missing, ...changesets.flatMap(noteProblems)];
}

/** Read a changeset: which bump it asks for `packageName`, and what it tells users. */
export function readChangeset(file: string, text: string, packageName: string): Changeset {
  const [, head = "", note = ""] = /^---\n([\s\S]*?)\n?---\n([\s\S]*)$/.exec(text) ?? [];
  const bumps = new Map(
    [...head.matchAll(/^["']?([^"'\n]+?)["']?:\s*(\w+)\s*$/gm)].map(([, name, bump]) => [name, bump]),
  );
  return { file, bump: bumps.get(packageName), note: note.trim() };
}

export function noteProblems({ file, bump, note }: Changeset): readonly string[] {
  const isBump = bump !== undefined && ["major", "minor", "patch"].includes(bump);
  const isNote = /^[A-Z`].{20,}[.!]/s.test(note);
  return [
    ...(isBump ? [] : [`${file}: names no bump of this package: major, minor or patch`]),
    ...(isNote ? [] : [`${file}: is no release note: a sentence that tells users what they get`]),
  ];
}

function changesetsIn(root: string, packageName: string): readonly Changeset[] {
  const folder = join(root, ".changeset");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".md") && file !== "README.md")
    .map((file) => readChangeset(`.changeset/${file}`, readFileSync(join(folder, file), "utf8"), packageName));
}

function changedSinceRelease(root: string): readonly string[] {
  const release = git(root, ["log", "-1", "--format=%H", "--", "CHANGELOG.md"])[0];
  const isNew = release === undefined;
  const committed = isNew ? git(root, ["ls-files"]) : git(root, ["diff", "--name-only", release]);
  return [...committed, ...git(root, ["ls-files", "--others", "--exclude-standard"])];
}

function git(root: string, args: readonly string[]): readonly string[] {
  const { stdout, status } = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return status === 0 ? stdout.split("\n").filter((line) => line !== "") : [];
}
