// House rule 1: files are neither scraps nor heaps. Pure.
import { lineCount, type TreeFile } from "./tree.ts";

const LEAST_MEDIAN = 40;
const MOST_MEDIAN = 130;

/** Half of the files have at most this many lines. */
export function medianLines(files: readonly TreeFile[]): number {
  const counts = files.map(lineCount).toSorted((a, b) => a - b);
  return counts[Math.floor((counts.length - 1) / 2)] ?? 0;
}

export function medianProblems(files: readonly TreeFile[]): readonly string[] {
  const median = medianLines(files);
  return median >= LEAST_MEDIAN && median <= MOST_MEDIAN
    ? []
    : [`the median is ${median}: from ${LEAST_MEDIAN} to ${MOST_MEDIAN} is what reads well`];
}
