// What was recorded and cannot be read: the run is put aside with the reason, and nothing else is held up by it.
import { describe, expect, it } from "vitest";
import { createAppWith } from "../../src/app/create-app.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { ClaimedRun, Store } from "../../src/durable/store.ts";
import type { StepRecord } from "../../src/durable/journal.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { ManualClock, settled } from "../../src/testing/manual-clock.ts";

/** A store of which something comes back as another text. */
class DamagedStore extends MemoryStore {
  damage: ((claimed: ClaimedRun) => ClaimedRun) | undefined;
  override async claim(claim: Parameters<Store["claim"]>[0]): Promise<readonly ClaimedRun[]> {
    const claimed = await super.claim(claim);
    return this.damage === undefined ? claimed : claimed.map(this.damage);
  }
}
const ofFirstRun = (change: (claimed: ClaimedRun) => ClaimedRun) => (claimed: ClaimedRun) =>
  claimed.event.id === "first" ? change(claimed) : claimed;
const withRecords = (change: (record: StepRecord) => StepRecord) =>
  ofFirstRun((claimed) => ({ ...claimed, records: claimed.records.map(change) }));

function newProcess(store: Store, clock: ManualClock) {
  const app = createAppWith(
    { name: "app", store: durableStore(store), observers: [] },
    { clock, random: systemRandomness },
  );
  const ran: string[] = [];
  app.createFunction({ name: "Work" }, { event: "work" }, function* ({ step }) {
    yield* step.run("Charge", () => void ran.push("Charge"));
    yield* step.sleep("1h");
    yield* step.run("Close", () => void ran.push("Close"));
  });
  return { app, ran, clock };
}

describe("a run that cannot be read", () => {
  it.each<[string, (claimed: ClaimedRun) => ClaimedRun, RegExp]>([
    [
      "the value of a step",
      withRecords((record) => ({ ...record, value: "damaged" })),
      /^1 Charge cannot be carried out: /,
    ],
    ["the kind of a record", withRecords((record) => ({ ...record, kind: "race" })), /^recorded: 1 Charge \(race\)/],
    [
      "its event",
      ofFirstRun((claimed) => ({ ...claimed, event: { ...claimed.event, data: "damaged" } })),
      /^its event, or what was recorded, cannot be read: /,
    ],
  ])(
    "%s: it is paused with the reason, the others go on, and so does it once it can be read",
    async (_what, damage, note) => {
      const store = new DamagedStore();
      const first = newProcess(store, new ManualClock());
      await first.app.start();
      await first.app.send(["first", "second"].map((id) => ({ id, name: "work" })));
      await settled();
      await first.app.stop();

      store.damage = damage;
      const next = newProcess(store, new ManualClock(Date.UTC(2026, 0, 2)));
      await next.app.start();
      await next.clock.advance(10);
      const noted = async () => (await next.app.runs.list()).items.toReversed();
      expect((await noted()).map(({ status }) => status)).toEqual(["paused", "completed"]);
      expect((await noted())[0]!.note).toMatch(note);
      expect(next.ran).toEqual(["Close"]);
      await next.app.stop();

      store.damage = undefined;
      const last = newProcess(store, new ManualClock(Date.UTC(2026, 0, 3)));
      await last.app.start();
      await last.clock.advance(10);
      expect((await last.app.runs.list()).items.map(({ status }) => status)).toEqual(["completed", "completed"]);
      expect(last.ran).toEqual(["Close"]);
      await last.app.stop();
    },
  );
});
