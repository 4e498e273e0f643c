// What a compiler says of one compilation with `--extendedDiagnostics`. Pure.
import type { Diagnostic } from "../../scripts/compile-project.ts";

export interface Compilation {
  readonly instantiations: number;
  readonly types: number;
  readonly memoryMb: number;
  readonly checkMs: number;
  /** With reading, parsing and binding, also of what is imported. */
  readonly totalMs: number;
  /** How many pairs of types were compared. TypeScript 7.0 does not say. */
  readonly comparisons: number | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const KB_IN_MB = 1024;
const MS_IN_S = 1000;

export function readCompilation(printed: string, diagnostics: readonly Diagnostic[]): Compilation {
  const read = (what: string): number => {
    const value = new RegExp(`^${what}:\\s+([\\d.]+)[Ks]?$`, "m").exec(printed)?.[1];
    if (value === undefined) throw new Error(`the compiler did not say "${what}":\n${printed}`);
    return Number(value);
  };
  const caches = [...printed.matchAll(/ cache size:\s+(\d+)$/gm)].map(([, size]) => Number(size));
  return {
    instantiations: read("Instantiations"),
    types: read("Types"),
    memoryMb: read("Memory used") / KB_IN_MB,
    checkMs: read("Check time") * MS_IN_S,
    totalMs: read("Total time") * MS_IN_S,
    comparisons: caches.length === 0 ? undefined : caches.reduce((sum, size) => sum + size, 0),
    diagnostics,
  };
}
