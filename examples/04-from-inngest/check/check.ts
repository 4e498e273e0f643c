// Type-checks with-inngest.ts against the real Inngest, in a temporary folder: `node examples/04-from-inngest/check/check.ts`.
// Needs the registry. Inngest is no dependency of this repository, so it has a lock file of its own here.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), "from-inngest-"));
try {
  for (const file of ["package.json", "package-lock.json", "tsconfig.json"])
    cpSync(join(here, file), join(folder, file));
  for (const file of ["with-inngest.ts", "billing.ts"]) cpSync(join(here, "..", file), join(folder, file));
  const run = (command: string, ...args: string[]): unknown =>
    execFileSync(command, args, { cwd: folder, stdio: "inherit" });
  run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
  run("npm", "run", "check");
  console.log("with-inngest.ts compiles against the real Inngest");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
