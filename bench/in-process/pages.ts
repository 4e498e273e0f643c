// The pages that show what a step costs in process.
import type { Page } from "../shared/pages.ts";
import { details, summary } from "./report.ts";
import type { Results } from "./results.ts";

export const PAGES: readonly Page<Results>[] = [
  { path: "README.md", benchmark: "in-process", write: summary },
  { path: "bench/README.md", benchmark: "in-process", write: details },
];
