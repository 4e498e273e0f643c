// A project with one line of the OpenTelemetry SDK and the packed package, as a user has them.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { PackedPackage } from "../../scripts/packed-package.ts";

const HERE = import.meta.dirname;
export type SdkLine = "sdk-2" | "sdk-3";

export interface PlayedScene {
  /** The signal that ended it, if one did. */
  readonly signal: string | undefined;
  readonly output: string;
}

export interface SdkProject {
  /** Runs a program in a process of its own. */
  run(program: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<PlayedScene>;
  /** Plays a scene in a process of its own. */
  play(scene: string, environment: Readonly<Record<string, string>>): Promise<PlayedScene>;
}

/** Installs the line, unless that has been done, and puts the package beside it. */
export function sdkProject({ consumer }: PackedPackage, line: SdkLine): SdkProject {
  const packages = installed(join(HERE, line));
  const folder = join(consumer, "..", line);
  cpSync(consumer, folder, { recursive: true });
  cpSync(join(HERE, "program"), join(folder, "program"), { recursive: true });
  const api = join(folder, "node_modules/@opentelemetry"); // the line's own, in place of the one that the repository has
  rmSync(api, { recursive: true, force: true });
  symlinkSync(join(packages, "@opentelemetry"), api, "junction");
  const run: SdkProject["run"] = async (program, args, environment = {}) => {
    const file = join(folder, "program", program);
    const child = spawn(process.execPath, ["--no-warnings", "--expose-gc", file, ...args], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const output = text(child.stdout);
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    if (code !== 0 && signal === null) throw new RangeError(`${program} ${args.join(" ")} ended with ${code}`);
    return { signal: signal ?? undefined, output: await output };
  };
  return { run, play: (scene, environment) => run("main.ts", [scene], environment) };
}

/** `npm ci`, unless the repository's own has done that. */
function installed(folder: string): string {
  const packages = join(folder, "node_modules");
  const wanted = versionsIn(join(folder, "package-lock.json"));
  const found = versionsIn(join(packages, ".package-lock.json"));
  if ([...wanted].some(([path, version]) => found.get(path) !== version))
    execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: folder, stdio: "pipe" });
  return packages;
}

function versionsIn(path: string): ReadonlyMap<string, string> {
  if (!existsSync(path)) return new Map();
  const { packages } = JSON.parse(readFileSync(path, "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>;
  };
  const installs = Object.entries(packages).filter(([folder]) => folder !== "");
  return new Map(installs.map(([folder, { version }]) => [folder, version]));
}
