// What the command was asked for.
import { parseArgs } from "node:util";

export interface DemoOptions {
  readonly crash: boolean;
  readonly withoutIdempotencyKey: boolean;
  readonly seed: number;
}

export const USAGE = `npm run demo                                         all invoices, undisturbed
npm run demo -- --crash                              the worker is killed six times
npm run demo -- --crash --without-idempotency-key    the control: what the key is there for
            … --seed 7                               the same draws again`;

/** Undefined: it was asked for something else. */
export function readOptions(args: readonly string[]): DemoOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        crash: { type: "boolean", default: false },
        "without-idempotency-key": { type: "boolean", default: false },
        seed: { type: "string", default: String(1 + Math.floor(Math.random() * 9_999)) },
      },
    });
    const { crash, "without-idempotency-key": withoutIdempotencyKey, seed } = values;
    const isMeant = /^\d+$/.test(seed) && (crash || !withoutIdempotencyKey);
    return isMeant ? { crash, withoutIdempotencyKey, seed: Number(seed) } : undefined;
  } catch {
    return undefined;
  }
}
