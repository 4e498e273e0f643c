// Figures that a test hands over: lines on standard output that `npm run verify:long` collects.

export function printFigure(name: string, figure: number, unit = ""): void {
  console.log(`figure: ${name} = ${Number(figure.toFixed(1))}${unit === "" ? "" : ` ${unit}`}`);
}

/** The figure below which this share of them lies. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** A count that a long run of the tests asks for, or the one that `npm test` makes do with. */
export function countFrom(variable: string, usual: number, least = 1): number {
  const text = process.env[variable];
  const count = text === undefined || text === "" ? usual : Number(text);
  if (!Number.isInteger(count) || count < least)
    throw new Error(`${variable} is to be a whole number from ${least} up, not ${text}`);
  return count;
}
