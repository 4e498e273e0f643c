// A worker as a process of its own, which its parent may kill at any moment.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { machineMs } from "../machine-clock.ts";

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote to standard error. */
  readonly complaints: string;
}

export interface WorkerProcessOptions {
  /** The program's file, beside this one. */
  readonly program: string;
  readonly args: readonly string[];
  readonly nodeOptions?: readonly string[];
  /** Where compiled code is kept, so that the next one starts in a third of the time. Written by one that ends in good order. */
  readonly compileCache?: string;
}

/** A line that a worker wrote to standard output: a word, and what follows it. */
interface SaidWord {
  readonly atMs: number;
  readonly rest: string;
}

export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #saidByWord = new Map<string, SaidWord>();
  readonly #listeners = new Set<() => void>();
  #end: ProcessEnd | undefined;
  /** By the machine's clock. */
  readonly spawnedMs = machineMs();
  /** Settles when it is gone, however it went. */
  readonly end: Promise<ProcessEnd>;

  constructor({ program, args, nodeOptions = [], compileCache }: WorkerProcessOptions) {
    const file = fileURLToPath(new URL(program, import.meta.url));
    this.#child = spawn(process.execPath, [...nodeOptions, file, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: compileCache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: compileCache },
    });
    let complaints = "";
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (complaints += text));
    this.#readLines();
    this.end = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) => {
        this.#end = { code, signal, complaints };
        for (const tell of [...this.#listeners]) tell();
        resolve(this.#end);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }
  saidAtMs(word: string): number | undefined {
    return this.#saidByWord.get(word)?.atMs;
  }

  /** Settles once the process has written a line that begins with this word, with the rest of it. Undefined: it ended without. */
  said(word: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.#saidByWord.has(word) && this.#end === undefined) return;
        this.#listeners.delete(look);
        resolve(this.#saidByWord.get(word)?.rest);
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** Stops it in the middle of whatever it does. Settles once it stands still, or is gone. */
  async halt(): Promise<void> {
    this.#child.kill("SIGSTOP");
    while (!this.hasEnded && !isStandingStill(this.pid)) await nextTurn();
  }
  /** Lets it go on as if nothing had been. */
  goOn(): void {
    this.#child.kill("SIGCONT");
  }
  kill(): Promise<ProcessEnd> {
    this.#child.kill("SIGKILL");
    return this.end;
  }
  /** Asks it to leave in good order. */
  stop(): Promise<ProcessEnd> {
    this.#child.kill("SIGTERM");
    return this.end;
  }

  #readLines(): void {
    let unfinished = "";
    this.#child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      const lines = (unfinished + text).split("\n");
      unfinished = lines.pop()!;
      for (const line of lines) {
        const [word = ""] = line.split(" ", 1);
        this.#saidByWord.set(word, { atMs: machineMs(), rest: line.slice(word.length + 1) });
      }
      for (const tell of [...this.#listeners]) tell();
    });
  }
}

/** Linux says so in the third field. Elsewhere a signal is taken to have arrived with its sending. */
function isStandingStill(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  if (!existsSync("/proc/self/stat")) return true;
  if (!existsSync(path)) return true;
  const stat = readFileSync(path, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) === "T";
}
