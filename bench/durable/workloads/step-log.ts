// What the steps of a killed worker wrote down: S when one began, E when it was done, D when the run was. Pure.

export interface LogLine {
  readonly mark: string;
  readonly run: string;
  /** Of the step; in a line of D what the run gave. */
  readonly index: number;
}

/** The lines that are whole. */
export function linesOf(text: string): readonly LogLine[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [mark, run, index] = line.split(" ");
      return { mark: mark ?? "", run: run ?? "", index: Number(index) };
    });
}

/**
 * Steps whose body came to its end twice, and of these the ones that were recorded: the run had gone on behind them, so that their
 * outcome was promised to be kept.
 */
export function repeatedSteps(
  before: readonly LogLine[],
  all: readonly LogLine[],
): { readonly repeated: number; readonly repeatedRecorded: number } {
  const keyOf = ({ run, index }: LogLine) => `${run} ${index}`;
  const counts = new Map<string, number>();
  for (const line of all) if (line.mark === "E") counts.set(keyOf(line), (counts.get(keyOf(line)) ?? 0) + 1);
  const begunAgain = new Set(
    all
      .slice(before.length)
      .filter(({ mark }) => mark === "S")
      .map(keyOf),
  );
  const recorded = new Set(
    before.filter(({ mark, index }) => mark === "S" && index > 0).map(({ run, index }) => `${run} ${index - 1}`),
  );
  return {
    repeated: [...counts.values()].filter((count) => count > 1).length,
    repeatedRecorded: [...recorded].filter((key) => begunAgain.has(key)).length,
  };
}
