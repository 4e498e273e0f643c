// Markdown tables. Pure.

/** A table whose first column is text and whose others are figures. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = `|---|${headings
    .slice(1)
    .map(() => "---:|")
    .join("")}`;
  return [line(headings), rule, ...rows.map(line)].join("\n");
}
