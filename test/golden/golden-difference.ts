// Where two golden journals differ, for people. Pure.
import type { GoldenEntry, GoldenJournal } from "./golden-journal.ts";

const MOST_SHOWN = 5;

/** What this version writes otherwise; none if it writes the same. Which of two runs writes first is not part of it. */
export function goldenDifferences(kept: GoldenJournal, written: GoldenJournal): string[] {
  const entries = entriesByPlace(written.entries);
  const differences = [
    ...differencesAt("its head", withoutVersion(kept.head), withoutVersion(written.head)),
    ...(kept.entries.length === written.entries.length
      ? []
      : [`it has ${kept.entries.length} entries, and this version writes ${written.entries.length}`]),
    ...[...entriesByPlace(kept.entries)].flatMap(([place, entry]) => differencesAt(place, entry, entries.get(place))),
    ...differencesAt("its foot", kept.foot, written.foot),
  ];
  return differences.slice(0, MOST_SHOWN);
}

/** Each entry by its place among those of its run, or among the events. */
function entriesByPlace(entries: readonly GoldenEntry[]): ReadonlyMap<string, GoldenEntry> {
  const counts = new Map<string, number>();
  return new Map(
    entries.map((entry) => {
      const list = entry.entry === "accept" ? "the events" : entry.runId;
      counts.set(list, (counts.get(list) ?? 0) + 1);
      return [`entry ${counts.get(list)} of ${list}`, entry];
    }),
  );
}

function withoutVersion({ version: _version, ...head }: GoldenJournal["head"]): object {
  return head;
}

function differencesAt(place: string, kept: unknown, written: unknown): string[] {
  if (JSON.stringify(kept) === JSON.stringify(written)) return [];
  if (!isParted(kept) || !isParted(written) || Array.isArray(kept) !== Array.isArray(written))
    return [`${place} is ${shown(kept)}, and this version writes ${shown(written)}`];
  const names = new Set([...Object.keys(kept), ...Object.keys(written)]);
  return [...names].flatMap((name) => differencesAt(`${place}, ${name}`, kept[name], written[name]));
}

function isParted(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
function shown(value: unknown): string {
  return value === undefined ? "not there" : JSON.stringify(value);
}
