// Programs as they are built for production: one file, minified, what they do not use left out; Node's own modules stay outside.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync, type Metafile } from "esbuild";
import { build } from "vite";

export interface BundledModule {
  /** Below `dist` for surefoot's own (`core/run.js`), with its package for all others (`devalue/src/parse.js`). */
  readonly path: string;
  /** What is left of it. */
  readonly bytes: number;
  /** The modules of the bundle that import it; where none of these is left, all that do. */
  readonly importedBy: readonly string[];
}

export interface Bundle {
  readonly text: string;
  /** Those of which something is left, the largest first. */
  readonly modules: readonly BundledModule[];
}

/** Bundlers that build for production say so in these words; what is there only for developers is left out then. */
const PRODUCTION = { "process.env.NODE_ENV": '"production"' };

/** By esbuild. `folder` is where the program's imports are looked up. */
export function bundle(code: string, folder: string, define: Readonly<Record<string, string>> = PRODUCTION): Bundle {
  const { outputFiles, metafile } = buildSync({
    stdin: { contents: code, resolveDir: folder },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    metafile: true,
    write: false,
    define,
  });
  const { inputs = {} } = Object.values(metafile.outputs)[0] ?? {};
  const modules = Object.entries(inputs)
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && path !== "<stdin>")
    .map(([path, { bytesInOutput }]) => ({
      path: shortened(path),
      bytes: bytesInOutput,
      importedBy: importersOf(metafile, path),
    }));
  return { text: outputFiles[0]!.text, modules: largestFirst(modules) };
}

/** The same by Vite, whose bundler is Rolldown, as a server is built. Who imports whom is not told. */
export async function bundleWithVite(code: string, folder: string): Promise<Bundle> {
  const entry = "vite-entry.mjs";
  writeFileSync(join(folder, entry), code);
  const output = await build({
    root: folder,
    configFile: false,
    logLevel: "silent",
    define: PRODUCTION,
    ssr: { noExternal: true },
    build: { ssr: entry, write: false, minify: true, target: "es2022" },
  });
  if (!("output" in output)) throw new Error("Vite built nothing that can be looked at");
  const [chunk] = output.output;
  const modules = Object.entries(chunk.modules)
    .filter(([path, { renderedLength }]) => renderedLength > 0 && !path.endsWith(entry))
    .map(([path, { renderedLength }]) => ({ path: shortened(path), bytes: renderedLength, importedBy: [] }));
  return { text: chunk.code, modules: largestFirst(modules) };
}

function importersOf({ inputs, outputs }: Metafile, path: string): readonly string[] {
  const left = Object.values(outputs)[0]?.inputs ?? {};
  const all = Object.keys(inputs).filter((importer) => inputs[importer]!.imports.some((one) => one.path === path));
  const kept = all.filter((importer) => (left[importer]?.bytesInOutput ?? 0) > 0);
  return (kept.length > 0 ? kept : all).map(shortened);
}

function largestFirst(modules: readonly BundledModule[]): readonly BundledModule[] {
  return modules.toSorted((left, right) => right.bytes - left.bytes);
}

function shortened(path: string): string {
  return path.replace(/^.*node_modules\//, "").replace(/^surefoot\/dist\//, "");
}
