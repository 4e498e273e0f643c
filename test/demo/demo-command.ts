// The demo as a person starts it: a command with flags, its output, its exit code, and what it leaves behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface DemoRun {
  readonly exitCode: number | null;
  readonly output: string;
  readonly tookMs: number;
  /** What was in its temporary folder when it had ended. */
  readonly leftBehind: readonly string[];
  /** The figures of the closing table, by their labels. */
  readonly figures: ReadonlyMap<string, number>;
}

export interface DemoOptions {
  /** Sends SIGINT once the output holds this. */
  readonly interruptAt?: string;
}

/** Resolves when the command has ended, and every process that had its output has, too. */
export async function runDemo(flags: readonly string[], { interruptAt }: DemoOptions = {}): Promise<DemoRun> {
  if (!existsSync(join(ROOT, "dist/index.js"))) throw new Error("the examples import dist/: npm run build comes first");
  const folder = mkdtempSync(join(tmpdir(), "demo-test-"));
  const startedMs = performance.now();
  const child = spawn(join(ROOT, "node_modules/.bin/node"), [join(ROOT, "examples/01-payments/main.ts"), ...flags], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let isInterrupted = false;
  const read = (chunk: Buffer): void => {
    output += chunk.toString();
    if (interruptAt === undefined || isInterrupted || !output.includes(interruptAt)) return;
    isInterrupted = true;
    child.kill("SIGINT");
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const [exitCode] = (await once(child, "close")) as [number | null];
  const leftBehind = readdirSync(folder);
  rmSync(folder, { recursive: true });
  return { exitCode, output, tookMs: performance.now() - startedMs, leftBehind, figures: figuresIn(output) };
}

function figuresIn(output: string): Map<string, number> {
  const rows = output.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}(\d+) {3}\S/gm);
  return new Map([...rows].map(([, label, figure]) => [label!, Number(figure)]));
}
