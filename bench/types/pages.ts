// The pages that show what surefoot costs in an editor.
import type { Page } from "../shared/pages.ts";
import { details, summary } from "./report.ts";
import type { Results } from "./results.ts";

export const PAGES: readonly Page<Results>[] = [
  { path: "README.md", benchmark: "types", write: summary },
  { path: "bench/README.md", benchmark: "types", write: details },
];
