// Where golden journals are kept: a folder for each version that wrote them.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { goldenText, parseGolden, type GoldenJournal } from "./golden-journal.ts";

const FOLDER = fileURLToPath(new URL("./journals", import.meta.url));

export function thisVersion(): string {
  const manifest = readFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
export function versions(): string[] {
  return readdirSync(FOLDER).toSorted();
}
export function goldenJournals(version: string): GoldenJournal[] {
  const folder = join(FOLDER, version);
  const files = readdirSync(folder).toSorted();
  return files.map((file) => parseGolden(readFileSync(join(folder, file), "utf8")));
}
export function keepGolden(golden: GoldenJournal): string {
  const folder = join(FOLDER, golden.head.version);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${golden.head.name}.jsonl`);
  writeFileSync(path, goldenText(golden));
  return path;
}
