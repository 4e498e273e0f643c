// The worker as a child process: started, ended, started again. Its story goes to this process's own standard output.
//
// Owns: the one child that runs, until it is closed.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const WORKER = fileURLToPath(new URL("../worker.ts", import.meta.url));

export interface WorkerOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** It ended, and nobody here had asked it to. */
  readonly onUnexpectedEnd: (description: string) => void;
}

export class WorkerProcess {
  isUp = false;
  readonly #options: WorkerOptions;
  #child: ChildProcess | undefined;
  #isEndAsked = false;
  #isClosed = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it works. */
  async start(): Promise<void> {
    if (this.#isClosed) return;
    const { folder, env, onUnexpectedEnd } = this.#options;
    this.#isEndAsked = false;
    const child = spawn(process.execPath, [WORKER], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      detached: true, // Ctrl-C in a terminal is for this process alone, which ends its worker itself
    });
    this.#child = child;
    child.once("exit", (code, signal) => {
      if (!this.#isEndAsked) onUnexpectedEnd(`the worker ended by itself: ${signal ?? `exit code ${code}`}`);
    });
    await Promise.race([once(child, "message"), once(child, "exit")]);
    this.isUp = !hasEnded(child) && !this.#isEndAsked;
  }

  /** `SIGTERM` lets it leave in good order, `SIGKILL` does not. Nothing runs in it any more when this resolves. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.isUp = false;
    this.#isEndAsked = true;
    const child = this.#child;
    if (child === undefined || hasEnded(child)) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.end("SIGKILL");
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
