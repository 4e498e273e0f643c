// One run of the command: the servers, a folder for each measurement, and the processes that measure.
//
// Owns: the folder of the run, the Postgres of all measurements, the Restate of one. Does not own: which are made (main).
// Called by: main.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../shared/command.ts";
import { factsOf } from "./contestants.ts";
import type { Target } from "./options.ts";
import type { Metrics, Task } from "./sample.ts";
import { tidyUp } from "./servers/leftovers.ts";
import { PostgresServer } from "./servers/postgres.ts";
import { RestateServer } from "./servers/restate.ts";

/** No measurement takes longer: what does is stuck. */
const MOST_MS = 420_000;
const PORTS = { postgres: 25_601, ingress: 25_680, admin: 25_670, node: 25_622, service: 25_690 };
/** Names the folder of the run that is under way, for the next one if this is killed. */
const CURRENT = join(ROOT, ".surefoot/bench-durable-folder");
const LAST_LINES = 6;

export class Session {
  readonly #folder: string;
  #postgres: PostgresServer | undefined;

  constructor() {
    if (existsSync(CURRENT)) tidyUp(readFileSync(CURRENT, "utf8"));
    this.#folder = mkdtempSync(join(tmpdir(), "surefoot-bench-"));
    mkdirSync(dirname(CURRENT), { recursive: true });
    writeFileSync(CURRENT, this.#folder);
    chmodSync(this.#folder, 0o755);
  }

  get folder(): string {
    return this.#folder;
  }
  /** The measurement in a fresh process, with a folder of its own. Throws with what the process said. */
  measure({ workload, contestant }: Target, share: number, flags: readonly string[] = []): Metrics {
    const folder = join(this.#folder, `${workload}-${contestant}`);
    mkdirSync(folder);
    const { keptIn } = factsOf(contestant);
    const restate = keptIn === "restate" ? new RestateServer(folder, PORTS) : undefined;
    const server = keptIn === "postgres" ? this.#startedPostgres() : undefined;
    const task: Task = {
      role: "measure",
      contestant,
      workload,
      share,
      folder,
      postgres: { url: server?.url ?? "", pid: server?.pid ?? 0 },
      restate: { ...PORTS, pid: restate?.pid ?? 0 },
      isRestart: false,
    };
    try {
      return runTask(task, flags);
    } finally {
      restate?.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  end(): void {
    this.#postgres?.stop();
    tidyUp(this.#folder);
    rmSync(CURRENT);
  }

  #startedPostgres(): PostgresServer {
    if (this.#postgres === undefined) {
      const folder = join(this.#folder, "postgres");
      mkdirSync(folder);
      this.#postgres = new PostgresServer(folder, PORTS.postgres);
    }
    return this.#postgres;
  }
}

function runTask(task: Task, flags: readonly string[]): Metrics {
  const program = join(import.meta.dirname, "measure.ts");
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [...flags, program, JSON.stringify(task)], {
    cwd: ROOT,
    encoding: "utf8",
    timeout: MOST_MS,
    killSignal: "SIGKILL",
    // What a test runner or a debugger left there would be measured too; what a peer says is not.
    env: { ...process.env, NODE_OPTIONS: "", NODE_NO_WARNINGS: "1", RESTATE_LOGGING: "ERROR" },
  });
  const last = stdout.trim().split("\n").at(-1) ?? "";
  if (status === 0 && last.startsWith("{")) return JSON.parse(last) as Metrics;
  const said = stderr.trim().split("\n");
  const reason = said.find((line) => /^\w*(Error|WrongAnswer)\b/.test(line)) ?? said.slice(-LAST_LINES).join(" ");
  throw new Error(`${signal ?? `ended with ${status}`}: ${reason}`);
}
