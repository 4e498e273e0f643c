import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const folder = "examples/04-from-inngest";

/** The lines of one file that the other does not have, in place. */
function differingLines(left: string, right: string): string[] {
  const others = new Set(readFileSync(right, "utf8").split("\n"));
  return readFileSync(left, "utf8")
    .split("\n")
    .filter((line) => !others.has(line));
}

describe("examples/04-from-inngest", () => {
  it("differs from the same function for Inngest by its import and its client line alone", () => {
    const ofInngest = differingLines(`${folder}/with-inngest.ts`, `${folder}/with-surefoot.ts`);
    const ofSurefoot = differingLines(`${folder}/with-surefoot.ts`, `${folder}/with-inngest.ts`);
    const kinds = (lines: string[]): string[] => lines.map((line) => /^import |inngest = /.exec(line)?.[0] ?? line);
    expect(kinds(ofInngest)).toEqual(["import ", "inngest = "]);
    expect(kinds(ofSurefoot)).toEqual(["import ", "import ", "inngest = "]);
  });

  it("runs on surefoot", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [`${folder}/main.ts`]);
    expect(stdout).toContain("receipt for ch_4200 to ada@example.com");
    expect(stdout).toMatch(/6 {3}Let it settle +✓ 1\.0 s/);
  });
});

describe.each([
  ["02-typed-errors", "checked: Service2Error"],
  ["03-substeps-and-context", "2.2.1 Tell everyone/crm/Send"],
  ["05-request-handler", 'sofa 503 {"error":"StockError"}'],
  ["06-analytics", 'u_2 Charge failed (pro) {"type":"CardDeclined","message":"card [redacted] was declined"'],
])("examples/%s", (example, line) => {
  it("runs", async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [`examples/${example}/main.ts`]);
    expect(stderr).toBe("");
    expect(stdout).toContain(line);
  });
});
