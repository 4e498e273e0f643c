// How often in a second this disk takes what is written and waited for: no engine commits faster than that by itself.
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

const BLOCK = Buffer.alloc(4096, 1);
const BLOCKS = 256;
const FLUSHES = 1000;

/** Writes into a file that has its size already. */
export function flushesPerS(folder: string): number {
  const path = join(folder, "flushes");
  const file = openSync(path, "w");
  try {
    for (let index = 0; index < BLOCKS; index++) writeSync(file, BLOCK, 0, BLOCK.length, index * BLOCK.length);
    fdatasyncSync(file);
    const begunMs = performance.now();
    for (let index = 0; index < FLUSHES; index++) {
      writeSync(file, BLOCK, 0, BLOCK.length, (index % BLOCKS) * BLOCK.length);
      fdatasyncSync(file);
    }
    return (FLUSHES / (performance.now() - begunMs)) * 1000;
  } finally {
    closeSync(file);
    rmSync(path);
  }
}
