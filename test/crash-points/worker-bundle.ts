// The worker of the crash points in one file: a thousand processes begin with it, and each would read two hundred files otherwise.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The driver of Postgres asks for Node's own modules as CommonJS does. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

export async function bundleWorker(directory: string): Promise<string> {
  const outfile = join(directory, "crash-point-worker.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./crash-point-worker.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    keepNames: true,
    external: ["pg-native"],
    banner: { js: REQUIRE },
    logLevel: "error",
  });
  return outfile;
}
