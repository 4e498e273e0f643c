// The peers that surefoot is measured against: installed once, in bench/, with a lock file of their own.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BENCH, carryOut } from "./command.ts";

/** The peers and their exact versions. */
export function peers(): Readonly<Record<string, string>> {
  const { dependencies } = readManifest(BENCH) as { readonly dependencies: Readonly<Record<string, string>> };
  return dependencies;
}

/** Where a peer is installed. */
export function folderOfPeer(name: string): string {
  return join(BENCH, "node_modules", name);
}

/** Installs the peers, unless they are there as they are asked for. */
export function installPeers(): void {
  const isThere = Object.entries(peers()).every(([name, version]) => {
    const folder = folderOfPeer(name);
    return existsSync(folder) && readManifest(folder).version === version;
  });
  if (!isThere) carryOut("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], BENCH);
}

function readManifest(folder: string): { readonly version?: string } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly version?: string };
}
