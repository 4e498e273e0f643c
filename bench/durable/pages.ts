// The pages that show what a durable run costs.
import type { Page } from "../shared/pages.ts";
import { details, summary } from "./report.ts";
import type { Results } from "./results.ts";

export const PAGES: readonly Page<Results>[] = [
  { path: "README.md", benchmark: "durable", write: summary },
  { path: "bench/README.md", benchmark: "durable", write: details },
];
