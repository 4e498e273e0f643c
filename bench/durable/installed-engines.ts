// The engines that surefoot is measured against, and their servers: installed in this folder, with a lock file of its own.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { carryOut } from "../shared/command.ts";

const FOLDER = import.meta.dirname;

export function versionsOfEngines(): Readonly<Record<string, string>> {
  const { dependencies } = readManifest(FOLDER) as { readonly dependencies: Readonly<Record<string, string>> };
  return dependencies;
}

/** Installs them, unless they are there as they are asked for. No script of theirs is run. */
export function installEngines(): void {
  const isThere = Object.entries(versionsOfEngines()).every(([name, version]) => {
    const folder = join(FOLDER, "node_modules", name);
    return existsSync(folder) && readManifest(folder).version === version;
  });
  if (!isThere) carryOut("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], FOLDER);
}

function readManifest(folder: string): { readonly version?: string } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly version?: string };
}
