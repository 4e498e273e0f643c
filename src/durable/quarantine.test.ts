// quarantine.ts: when a run is carried out alone, when it is put aside, and how it stands without an owner.
import { describe, expect, it } from "vitest";
import { afterOwner, isSuspect, type LeftRun } from "./quarantine.ts";

const LEFT: LeftRun = { deaths: 0, note: null, hasProgress: false, isCancelRequested: false, isPauseRequested: false };

describe("a run whose process was gone", () => {
  it("is alone after two deaths, and put aside after five", () => {
    expect([0, 1, 2, 3, 4].map((deaths) => isSuspect({ deaths }))).toEqual([false, false, true, true, true]);
    const statuses = [0, 1, 2, 3, 4, 5].map((deaths) => afterOwner({ ...LEFT, deaths }, true).status);
    expect(statuses).toEqual(["queued", "queued", "queued", "queued", "quarantined", "quarantined"]);
  });

  it("counts no death if it had come to any outcome, and none counts that came before", () => {
    expect(afterOwner({ ...LEFT, deaths: 4, hasProgress: true }, true)).toMatchObject({ status: "queued", deaths: 0 });
  });

  it("says why it is put aside, and what to do", () => {
    const { note, dueMs } = afterOwner({ ...LEFT, deaths: 4 }, true);
    expect([note, dueMs]).toEqual([expect.stringMatching(/gone 5 times .* resume or cancel/), null]);
  });

  it("ends if it was to end, rather than being put aside", () => {
    expect(afterOwner({ ...LEFT, deaths: 4, isCancelRequested: true }, true).status).toBe("cancelled");
    expect(afterOwner({ ...LEFT, deaths: 3, isCancelRequested: true }, true).status).toBe("queued");
  });
});

describe("a run whose owner has left", () => {
  it("counts no death, and is the next to be claimed", () => {
    expect(afterOwner({ ...LEFT, deaths: 4 }, false)).toEqual({ status: "queued", dueMs: 0, deaths: 4, note: null });
  });

  it("stands still if it was asked to, unless it is to end", () => {
    const asked = { ...LEFT, note: "asked", isPauseRequested: true };
    expect(afterOwner(asked, false)).toEqual({ status: "paused", dueMs: null, deaths: 0, note: "asked" });
    expect(afterOwner({ ...asked, isCancelRequested: true }, false).status).toBe("queued");
  });
});
