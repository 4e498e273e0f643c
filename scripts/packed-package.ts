// The package as a user installs it: built, packed and unpacked in a temporary folder, beside the tree that others are working in.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

export const REPOSITORY = join(import.meta.dirname, "..");

/** What is built anew, or is no part of the package's source. */
const NOT_COPIED: ReadonlySet<string> = new Set(["node_modules", "dist", ".git", ".surefoot"]);

export interface PackedPackage {
  readonly tarball: string;
  /** What the tarball holds: `dist/index.js`, `package.json`. */
  readonly files: readonly string[];
  /** A folder whose `node_modules` holds the unpacked package, what it depends on and what it can be used with, and nothing else. */
  readonly consumer: string;
  /** Removes all of it. */
  remove(): void;
}

/** Builds, packs and unpacks what `source` holds. No network, no change in `source`. Takes about two seconds. */
export function packPackage(source: string = REPOSITORY): PackedPackage {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-packed-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const tarball = pack(copySource(source, folder), folder);
    const consumer = unpack(tarball, folder, source);
    return { tarball, files: filesIn(tarball), consumer, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A copy of the sources and configurations, with the installed packages linked beside them. */
export function copySource(source: string, folder: string): string {
  const copy = join(folder, "source");
  cpSync(source, copy, {
    recursive: true,
    filter: (path) => path === source || !NOT_COPIED.has(basename(path)),
  });
  symlinkSync(join(REPOSITORY, "node_modules"), join(copy, "node_modules"), "junction");
  return copy;
}

function pack(copy: string, folder: string): string {
  run(process.execPath, [join(copy, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], copy);
  const report = run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], copy);
  const [{ filename }] = JSON.parse(report) as [{ readonly filename: string }];
  return join(folder, filename);
}

function unpack(tarball: string, folder: string, source: string): string {
  const consumer = join(folder, "consumer");
  const { name, dependencies = {}, peerDependencies = {} } = readManifest(source);
  const installed = join(consumer, "node_modules", name);
  mkdirSync(installed, { recursive: true });
  run("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed], folder);
  for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
    cpSync(join(REPOSITORY, "node_modules", dependency), join(consumer, "node_modules", dependency), {
      recursive: true,
      dereference: true,
    });
  }
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  return consumer;
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function filesIn(tarball: string): readonly string[] {
  return run("tar", ["-tzf", tarball], ".")
    .split("\n")
    .filter((line) => line !== "" && !line.endsWith("/"))
    .map((line) => line.replace(/^package\//, ""))
    .toSorted();
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The files below a folder, without what is installed or built. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_COPIED.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}
