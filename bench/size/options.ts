// What `npm run bench:size` is told. Pure.
import { UsageError } from "../shared/usage.ts";

export const USAGE = `npm run bench:size [-- options]

  --report   writes the tables of the pages anew, from results.json`;

export type Options = { readonly kind: "measure" } | { readonly kind: "report" };

export function readOptions(args: readonly string[]): Options {
  if (args.length === 0) return { kind: "measure" };
  if (args.length === 1 && args[0] === "--report") return { kind: "report" };
  throw new UsageError(`"${args.join(" ")}" is not understood here.\n\n${USAGE}`);
}
