// A folder for the files of one test file, gone when its tests are over.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Gives paths of new files. */
export function temporaryFiles(purpose: string): () => string {
  const folder = mkdtempSync(join(tmpdir(), `surefoot-${purpose}-`));
  let files = 0;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => join(folder, `${++files}.db`);
}
