// A copy of the engine and of its simulation in a folder of its own, with a fault in it.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutant.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const COPIED = [
  "src",
  "test/simulation",
  "test/crash",
  "test/postgres",
  "test/figures.ts",
  "test/machine-clock.ts",
  "package.json",
  "tsconfig.json",
];
const LINKED = ["node_modules", "test/postgres/node_modules"];
const LONGEST_HUNT_MS = 15 * 60_000;

/** A seed that caught a mutant. */
export interface Catch {
  readonly seed: number;
  /** How many things happened. */
  readonly length: number;
  readonly rules: readonly string[];
}

export interface Hunt {
  readonly from: number;
  readonly seeds: number;
  /** How many catches are enough. */
  readonly catches: number;
}

/** The seeds that catch the mutant by its rule. Rejects if the text that it replaces is not there any more. */
export async function huntIn(mutant: Mutant, hunt: Hunt): Promise<readonly Catch[]> {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-mutant-"));
  try {
    for (const path of COPIED) cpSync(join(ROOT, path), join(folder, path), { recursive: true, filter: isOurs });
    for (const path of LINKED) symlinkSync(join(ROOT, path), join(folder, path));
    for (const { file, find, replace } of mutant.edits) {
      const path = join(folder, "src", file);
      const text = readFileSync(path, "utf8");
      if (text.split(find).length !== 2) throw new RangeError(`${mutant.name}: "${find}" is not once in ${file}`);
      writeFileSync(
        path,
        text.replace(find, () => replace),
      );
    }
    return await catchesOf(join(folder, "test/simulation/hunt.ts"), mutant, hunt);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isOurs(path: string): boolean {
  return basename(path) !== "node_modules";
}

function catchesOf(
  program: string,
  { rule, store = "memory" }: Mutant,
  { from, seeds, catches }: Hunt,
): Promise<readonly Catch[]> {
  const child = spawn(
    process.execPath,
    ["--no-warnings", program, store, rule, String(from), String(seeds), String(catches)],
    {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LONGEST_HUNT_MS,
    },
  );
  let [output, complaints] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (complaints += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as readonly Catch[]);
      else reject(new RangeError(`the hunt ended with ${code}: ${complaints.slice(-2_000)}`));
    });
  });
}
