// The page that shows what a durable run costs.
import type { Page } from "../shared/pages.ts";
import { details } from "./report.ts";
import type { Results } from "./results.ts";

export const PAGES: readonly Page<Results>[] = [{ path: "bench/README.md", benchmark: "durable", write: details }];
