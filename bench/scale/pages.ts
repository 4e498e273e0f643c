// The page that shows what one Postgres carries, and a day on several.
import type { Page } from "../shared/pages.ts";
import { details } from "./report.ts";
import type { Results } from "./results.ts";

export const PAGES: readonly Page<Results>[] = [
  { path: "docs/reference/scale.md", benchmark: "scale", write: details },
];
