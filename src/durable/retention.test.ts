// retention.ts: when what is old is looked for.
import { describe, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { Retention } from "./retention.ts";
import type { Store } from "./store.ts";

const DAY_MS = 24 * 3_600_000;

function newRetention(retentionMs: number, counts: readonly number[]) {
  const clock = new ManualClock();
  const asked: { readonly app: string; readonly beforeMs: number; readonly limit: number }[] = [];
  const prune: Store["prune"] = async (old) => {
    asked.push(old);
    return counts[asked.length - 1] ?? 0;
  };
  const retention = new Retention({ app: "billing", store: { prune } as Store, clock, retentionMs });
  return { clock, asked, retention };
}

describe("O1", () => {
  it("what ended before that time is removed, and looked for again an hour later", async () => {
    const { clock, asked, retention } = newRetention(90 * DAY_MS, [3]);
    await retention.look();
    await retention.look();
    expect(asked).toEqual([{ app: "billing", beforeMs: clock.now() - 90 * DAY_MS, limit: 500 }]);
    await clock.advance(3_599_000);
    await retention.look();
    expect(asked.length).toBe(1);
    await clock.advance(1_000);
    await retention.look();
    expect(asked.length).toBe(2);
  });

  it("while there is more than it takes at once, it is looked for again at once", async () => {
    const { asked, retention } = newRetention(DAY_MS, [500, 500, 499]);
    for (let look = 0; look < 5; look++) await retention.look();
    expect(asked.length).toBe(3);
  });
});

it("nothing is removed where everything is kept for ever", async () => {
  const { asked, retention } = newRetention(Infinity, []);
  await retention.look();
  expect(asked).toEqual([]);
});
