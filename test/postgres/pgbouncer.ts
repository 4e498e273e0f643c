// A PgBouncer in transaction mode, where there is one: Debian's, which is fetched for the long tests.
//
// Owns: its process, its folder and its port. Does not own: the server behind it.
// Called by: tests of what the store leaves behind in a session.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSWORD, freePort, identity } from "./server.ts";

/** Asked for: SUREFOOT_PGBOUNCER=debian. */
export function isPgBouncerWanted(): boolean {
  return process.env["SUREFOOT_PGBOUNCER"] === "debian";
}

/** It, and the libraries that it needs. */
const PACKAGES = ["pgbouncer", "libc-ares2", "libevent-2.1-7"];

export class PgBouncer {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly url: string;

  private constructor(folder: string, process: ChildProcess, url: string) {
    this.#folder = folder;
    this.#process = process;
    this.url = url;
  }

  /** Transactions take turns on its connections to the server: each client has now this one, now that one. */
  static async before(serverUrl: string, { connections = 2 } = {}): Promise<PgBouncer> {
    const folder = mkdtempSync(join(tmpdir(), "surefoot-pgbouncer-"));
    chmodSync(folder, 0o755);
    fetchInto(folder);
    const target = new URL(serverUrl);
    const port = await freePort();
    const settings = [
      "[databases]",
      `* = host=127.0.0.1 port=${target.port}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = plain",
      `auth_file = ${join(folder, "users")}`,
      "pool_mode = transaction",
      `default_pool_size = ${connections}`,
      `min_pool_size = ${connections}`,
      "server_round_robin = 1",
      "server_lifetime = 3",
      "max_client_conn = 500",
    ];
    writeFileSync(join(folder, "users"), `"postgres" "${PASSWORD}"\n`);
    writeFileSync(join(folder, "pgbouncer.ini"), `${settings.join("\n")}\n`);
    const libraries = join(folder, "root/usr/lib/x86_64-linux-gnu");
    const process = spawn(join(folder, "root/usr/sbin/pgbouncer"), [join(folder, "pgbouncer.ini")], {
      ...identity(),
      env: { LD_LIBRARY_PATH: libraries },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let printed = "";
    await new Promise<void>((resolve, reject) => {
      process.stderr.on("data", (chunk: Buffer) => {
        printed += String(chunk);
        if (printed.includes("process up")) resolve();
      });
      process.once("exit", () => reject(new Error(`PgBouncer did not start: ${printed}`)));
    });
    target.port = String(port);
    return new PgBouncer(folder, process, target.href);
  }

  async close(): Promise<void> {
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGQUIT");
    await exit;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function fetchInto(folder: string): void {
  run("apt-get", ["update", "--quiet"], folder);
  run("apt-get", ["download", ...PACKAGES], folder);
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".deb")))
    run("dpkg-deb", ["--extract", name, "root"], folder);
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}
