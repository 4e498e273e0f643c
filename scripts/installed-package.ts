// What `npm install surefoot` brings: the packed package, installed into an empty folder.
import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Installation {
  /** In the lock file, with the package itself. */
  readonly packages: readonly string[];
  /** Of the disk, in whole blocks, as it counts them. */
  readonly bytesOnDisk: number;
}

/** Users are promised no more. */
export const INSTALLATION_LIMITS = { packages: 6, bytesOnDisk: 3_000_000 };
const BLOCK = 512;

/** Installs a tarball, or packages by name and version, as a user does. Asks the registry for what is not in npm's cache. */
export function installAlone(...wanted: readonly string[]): Installation {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-installed-"));
  try {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
    const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", ["install", ...flags, ...wanted], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as {
      readonly packages: Readonly<Record<string, unknown>>;
    };
    const packages = Object.keys(lock.packages).filter((path) => path !== "");
    return {
      packages: packages.map((path) => path.replace(/^.*node_modules\//, "")),
      bytesOnDisk: bytesBelow(join(folder, "node_modules")),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => lstatSync(join(entry.parentPath, entry.name)).blocks * BLOCK)
    .reduce((sum, bytes) => sum + bytes, 0);
}
