// The rows of the catalogue of faults. Pure.

export interface FaultRow {
  readonly number: number;
  readonly shownBy: string;
  readonly tests: readonly { readonly path: string; readonly title: string }[];
  readonly state: "shown" | "database" | "belonging" | "unclear";
}

const ROW = /^\| (\d+) \|[^|]*\|[^|]*\| ([^|]+) \|$/gm;
const TEST = /`([^`]+)` › "(.+?)"(?=<br>|$)/g;

export function faultRows(page: string): FaultRow[] {
  return [...page.matchAll(ROW)].map(([, number, cell]) => {
    const shownBy = cell!;
    const tests = [...shownBy.matchAll(TEST)].map(([, path, title]) => ({ path: path!, title: title! }));
    return { number: Number(number), shownBy, tests, state: stateOf(shownBy, tests.length) };
  });
}

function stateOf(shownBy: string, tests: number): FaultRow["state"] {
  if (/^belongs to: (Postgres|HTTP|dashboard|telemetry) work$/.test(shownBy)) return "belonging";
  if (shownBy === "a matter of: the database") return "database";
  return tests > 0 && tests === shownBy.split("<br>").length ? "shown" : "unclear";
}

/** Files and titles that a row names, and that are not there. */
export function missingTests({ number, tests }: FaultRow, read: (path: string) => string | undefined): string[] {
  return tests.flatMap(({ path, title }) => {
    const text = read(path);
    if (text === undefined) return [`${number}: there is no ${path}`];
    return text.includes(title) ? [] : [`${number}: ${path} has no "${title}"`];
  });
}

export function faultCounts(rows: readonly FaultRow[]): Record<"shown" | "database" | "belonging", number> {
  const count = (state: FaultRow["state"]): number => rows.filter((row) => row.state === state).length;
  return { shown: count("shown"), database: count("database"), belonging: count("belonging") };
}
