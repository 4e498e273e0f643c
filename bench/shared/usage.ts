// What the commands of the benchmarks understand alike. Pure.

/** Was told something that it does not know. The message is what to print. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The rounds that `--rounds` asks for. */
export function readRounds(text: string | undefined): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new UsageError(`--rounds takes a whole number from 1 up, not "${text ?? ""}"`);
  return rounds;
}
