// How heavy bundles are, as size-limit has it, and which are heavier than they may be.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REPOSITORY } from "../packed-package.ts";
import { bundle, type Bundle } from "./bundle.ts";
import { WEIGHED, WEIGHED_NAMES, type WeighedName } from "./programs.ts";
import { strangersIn } from "./strangers.ts";

/** Bytes of one bundle. */
export interface Weight {
  readonly minified: number;
  readonly gzip: number;
  readonly brotli: number;
}

const MEASURES = {
  minified: { brotli: false },
  gzip: { gzip: true },
  brotli: {},
} as const satisfies Readonly<Record<keyof Weight, unknown>>;
const MEASURE_NAMES = Object.keys(MEASURES) as readonly (keyof Weight)[];

/** Weighs texts, by their names. */
export function weigh<Name extends string>(texts: Readonly<Record<Name, string>>): Readonly<Record<Name, Weight>> {
  const names = Object.keys(texts) as unknown as readonly Name[];
  const folder = mkdtempSync(join(tmpdir(), "surefoot-weight-"));
  try {
    mkdirSync(join(folder, "bundles"));
    const fileOf = (name: Name): string => `bundles/${names.indexOf(name)}.js`;
    for (const name of names) writeFileSync(join(folder, fileOf(name)), texts[name]);
    const checks = names.flatMap((name) =>
      MEASURE_NAMES.map((measure) => ({ name: `${measure} ${name}`, path: fileOf(name), ...MEASURES[measure] })),
    );
    writeFileSync(join(folder, ".size-limit.json"), JSON.stringify(checks));
    // size-limit looks here for what it is to measure with.
    writeFileSync(join(folder, "package.json"), JSON.stringify({ devDependencies: { "@size-limit/file": "*" } }));
    const sizes = new Map(runSizeLimit(folder).map(({ name, size }) => [name, size]));
    const weightOf = (name: Name) =>
      Object.fromEntries(MEASURE_NAMES.map((measure) => [measure, sizes.get(`${measure} ${name}`)!]));
    return Object.fromEntries(names.map((name) => [name, weightOf(name)])) as Record<Name, never>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runSizeLimit(folder: string): readonly { readonly name: string; readonly size: number }[] {
  const program = join(REPOSITORY, "node_modules/size-limit/bin.js");
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [program, "--json"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`size-limit broke: ${stdout}${stderr}`);
  return JSON.parse(stdout) as { name: string; size: number }[];
}

/** The bundles of what is weighed of surefoot, which `folder` has installed. */
export function weighedBundles(folder: string): Readonly<Record<WeighedName, Bundle>> {
  return Object.fromEntries(
    WEIGHED_NAMES.map((name) => [name, bundle(WEIGHED[name].code, folder)]),
  ) as unknown as Readonly<Record<WeighedName, Bundle>>;
}

export function weighBundles<Name extends string>(
  bundles: Readonly<Record<Name, Bundle>>,
): Readonly<Record<Name, Weight>> {
  const texts = Object.entries<Bundle>(bundles).map(([name, { text }]) => [name, text] as const);
  return weigh(Object.fromEntries(texts) as Record<Name, string>);
}

/** What is heavier than it may be, or carries what it is not to carry. */
export function weightProblems(
  bundles: Readonly<Record<WeighedName, Bundle>>,
  weights: Readonly<Record<WeighedName, Weight>>,
): readonly string[] {
  return WEIGHED_NAMES.flatMap((name) => {
    const { limit } = WEIGHED[name];
    const { gzip } = weights[name];
    const strangers = strangersIn(name, bundles[name]);
    if (gzip <= limit) return strangers;
    const largest = bundles[name].modules.slice(0, MOST_NAMED).map(({ path, bytes }) => `${path} ${bytes}`);
    return [
      `${name}: ${gzip} bytes gzip, and at most ${limit} are allowed (scripts/weight/programs.ts). Its largest modules, in bytes: ${largest.join(", ")}`,
      ...strangers,
    ];
  });
}

const MOST_NAMED = 12;
