// Journals of every version so far: this one goes on from each of their entries, to the same outcome (P1, P2, rule 15).
import { describe, expect, it } from "vitest";
import type { StepRecord } from "../../src/durable/journal.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { START_MS, Trace, type BodyEntry } from "../canonical/canonical.ts";
import { CANONICAL_FUNCTIONS, canonicalFunction } from "../canonical/canonical-functions.ts";
import { endingsIn, textOf, type Ending } from "../canonical/endings.ts";
import { play, runsIn } from "../canonical/play.ts";
import { goldenDifferences } from "./golden-difference.ts";
import { goldenJournals, thisVersion, versions } from "./golden-files.ts";
import { goldenText, parseGolden, type GoldenJournal } from "./golden-journal.ts";
import { loadGolden } from "./load-golden.ts";
import { effectText, goldenRuns, recordGolden, withoutStacks } from "./record-golden.ts";

interface Replayed {
  readonly endings: readonly Ending[];
  /** Bodies that were entered though they, or a step around them, had an outcome. */
  readonly enteredAgain: readonly string[];
  readonly effects: readonly string[];
  readonly found: ReadonlyMap<string, readonly StepRecord[]>;
}

describe.each(versions())("journals of version %s", (version) => {
  const journals = goldenJournals(version);

  it.each(journals.map((golden) => [golden.head.name, golden] as const))(
    "%s: a finished run hands out the same values, and enters no body of a step",
    async (_name, golden) => {
      const finished = golden.entries.length;
      for (const count of new Set([finished, lastBeforeTheEnd(golden)])) {
        const { endings, effects } = await replay(golden, count);
        expect(endings).toEqual(golden.foot.endings);
        expect(effects).toEqual([]);
      }
    },
  );

  it.each(journals.map((golden) => [golden.head.name, golden] as const))(
    "%s: cut after any entry, it goes on to the same outcome without running what was recorded",
    async (_name, golden) => {
      const problems: string[] = [];
      for (let count = 0; count < golden.entries.length; count++) {
        const found = problemsOf(golden, await replay(golden, count), wantedOutcomes(golden, count));
        problems.push(...found.map((problem) => `cut after entry ${count} of ${golden.entries.length}: ${problem}`));
      }
      expect(problems).toEqual([]);
    },
  );

  it.each(journals.map((golden) => [golden.head.name, golden] as const))(
    "%s: a store that has taken all of it reads it as the version that wrote it did",
    async (_name, golden) => {
      const store = new MemoryStore();
      await loadGolden(store, golden, golden.entries.length);
      expect(steps(await goldenRuns(store))).toEqual(steps(golden.foot.runs));
    },
  );
});

describe("the journals of this version", () => {
  it("are there, one for each canonical function: if not, node test/golden/write.ts", () => {
    const names = versions().includes(thisVersion()) ? goldenJournals(thisVersion()).map(({ head }) => head.name) : [];
    expect(names.toSorted()).toEqual(CANONICAL_FUNCTIONS.map(({ name }) => name).toSorted());
  });

  it.each(CANONICAL_FUNCTIONS.map((canonical) => [canonical.name, canonical] as const))(
    "%s: this version writes what is in the file",
    async (name, canonical) => {
      const kept = goldenJournals(thisVersion()).find(({ head }) => head.name === name)!;
      const written = parseGolden(goldenText(await recordGolden(canonical, thisVersion())));
      const differences = goldenDifferences(kept, written);
      const advice = `The journal's format has changed. A version that is out needs a migration, or a reader of the old format, and a format of its own (CODEC_VERSION, or the schema's version); its files stay as they are. Before its release: node test/golden/write.ts`;
      expect(differences.length === 0 ? "" : `${differences.join("\n")}\n${advice}`).toBe("");
    },
  );

  it("a difference is named with its place", async () => {
    const golden = goldenJournals(thisVersion()).find(({ head }) => head.name === "one-step")!;
    const { entries } = golden;
    const changed = { ...golden, entries: entries.map((entry) => ({ ...entry, atMs: entry.atMs + 1 })) };
    expect(goldenDifferences(golden, changed)[0]).toBe(
      `entry 1 of the events, atMs is ${entries[0]!.atMs}, and this version writes ${entries[0]!.atMs + 1}`,
    );
    expect(goldenDifferences(golden, { ...golden, entries: entries.slice(1) })[0]).toMatch(/it has \d+ entries/);
  });
});

/** The next life of a journal that was cut after so many entries. */
async function replay(golden: GoldenJournal, count: number): Promise<Replayed> {
  const store = new MemoryStore();
  await loadGolden(store, golden, count);
  const found = new Map<string, readonly StepRecord[]>();
  for (const { id } of await runsIn(store)) found.set(id, await store.records({ id }));
  const bodies: BodyEntry[] = [];
  const clock = new ManualClock(golden.entries[count - 1]?.atMs ?? START_MS);
  const trace = new Trace((body) => void bodies.push(body));
  const canonical = canonicalFunction(golden.head.name);
  await withoutStacks(() => play({ canonical, store, lookedAt: store, clock, trace }));
  return {
    endings: await endingsIn(store),
    enteredAgain: bodies.filter((body) => hasOutcome(found.get(body.run) ?? [], body)).map(effectText),
    effects: bodies.filter(({ role }) => role === "leaf").map(effectText),
    found,
  };
}

function hasOutcome(records: readonly StepRecord[], { path }: BodyEntry): boolean {
  return records.some(({ key, state }) => state === "ended" && (path === key || path.startsWith(`${key}/`)));
}

/** Up to the last entry that is not the end of a run. */
function lastBeforeTheEnd({ entries }: GoldenJournal): number {
  const isEnd = ({ entry, ...rest }: GoldenJournal["entries"][number]): boolean =>
    entry === "write" && "change" in rest && rest.change?.kind === "end";
  return entries.findLastIndex((entry) => !isEnd(entry)) + 1;
}

function problemsOf(
  { foot }: GoldenJournal,
  { endings, enteredAgain, effects }: Replayed,
  outcomes: readonly string[],
): string[] {
  const ended = endings.map(({ outcome }) => outcome);
  const isInterrupted = JSON.stringify(outcomes) !== JSON.stringify(foot.endings.map(({ outcome }) => outcome));
  const isSame = isInterrupted || JSON.stringify(endings) === JSON.stringify(foot.endings);
  return [
    ...(JSON.stringify(ended) === JSON.stringify(outcomes) ? [] : [`it ended as ${ended.join(", ")}`]),
    ...(isSame ? [] : [`its steps are ${JSON.stringify(endings)}`]),
    ...enteredAgain.map((effect) => `it ran again: ${effect}`),
    ...effects.filter((effect) => !foot.effects.includes(effect)).map((effect) => `it was not to run: ${effect}`),
  ];
}

/** As it ended then; where a body that may be entered once had begun, and no more is known, as an interruption ends. */
function wantedOutcomes({ head, entries, foot }: GoldenJournal, count: number): string[] {
  const last = entries[count - 1];
  const isInterrupted = last?.entry === "write" && last.records.some(({ state }) => state === "started");
  return isInterrupted
    ? [`completed ${textOf(canonicalFunction(head.name).interrupted)}`]
    : foot.endings.map(({ outcome }) => outcome);
}

function steps(
  runs: readonly { readonly run: { readonly id: string }; readonly steps: readonly StepRecord[] }[],
): unknown {
  return runs.map(({ run, steps: records }) => [run.id, records]);
}
