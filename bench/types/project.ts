// A folder in which programs are compiled as a user's would be: beside the packed package, and the peers.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCompiler, type Compiler } from "../../scripts/compile-project.ts";
import { packPackage } from "../../scripts/packed-package.ts";
import { folderOfPeer } from "../shared/peers.ts";
import { readCompilation, type Compilation } from "./compilation.ts";

const TSCONFIG = {
  compilerOptions: {
    target: "es2022",
    lib: ["es2023", "dom"],
    module: "nodenext",
    types: [],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  },
  files: ["program.ts"],
};

export interface Project {
  /** Compiles a program, alone. The same name is the same program. */
  compile(name: string, text: () => string, compiler: Compiler): Compilation;
  remove(): void;
}

/** Builds and packs the package beside the tree, and puts these peers next to it. */
export function layOutProject(peers: readonly string[]): Project {
  const packed = packPackage();
  const written = new Set<string>();
  for (const name of peers) symlinkSync(folderOfPeer(name), join(packed.consumer, "node_modules", name), "junction");
  return {
    compile: (name, text, compiler) => {
      const folder = join(packed.consumer, "programs", name);
      if (!written.has(name)) write(folder, text());
      written.add(name);
      const { diagnostics, printed } = runCompiler(compiler, folder, ["--extendedDiagnostics"]);
      return readCompilation(printed, diagnostics);
    },
    remove: () => packed.remove(),
  };
}

function write(folder: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "program.ts"), text);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
}
