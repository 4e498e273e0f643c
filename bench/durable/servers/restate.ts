// A Restate server for one measurement, with its own defaults: it waits for the disk.
//
// Owns: its process. Does not own: its folder.
// Called by: main.
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, openSync } from "node:fs";
import { join } from "node:path";

const BINARY = join(import.meta.dirname, "../node_modules/@restatedev/restate-server-linux-x64/bin/restate-server");

export interface RestatePorts {
  readonly ingress: number;
  readonly admin: number;
  readonly node: number;
  readonly service: number;
}

export class RestateServer {
  readonly #process: ChildProcess;

  /** Whether it is ready is for those to see who ask it something. */
  constructor(folder: string, { ingress, admin, node }: RestatePorts) {
    chmodSync(BINARY, 0o755);
    const log = openSync(join(folder, "restate.log"), "a");
    this.#process = spawn(BINARY, ["--no-logo", "--base-dir", join(folder, "restate")], {
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
        RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
        RESTATE_LISTEN_MODE: "tcp",
        RESTATE_LOG_FILTER: "warn",
        RESTATE_DISABLE_TELEMETRY: "true",
      },
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }
  stop(): void {
    this.#process.kill("SIGKILL");
  }
}
