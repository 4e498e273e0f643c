// The pages that show how heavy surefoot is.
import type { Page } from "../shared/pages.ts";
import { details, summary } from "./report.ts";
import type { Results } from "./results.ts";

export const PAGES: readonly Page<Results>[] = [
  { path: "README.md", benchmark: "size", write: summary },
  { path: "bench/README.md", benchmark: "size", write: details },
];
