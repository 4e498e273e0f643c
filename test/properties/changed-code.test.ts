// A run whose code was changed meanwhile: what fits goes on, what does not is paused before anything runs, with the difference in words.
import { describe, expect, test } from "vitest";
import { ReplayMismatchError } from "../../src/index.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { WAKE_MS, deploy, record, runName, standing, undeploy, type Line, type Version } from "./code-version.ts";
import type { BodyKind } from "./random-trees.ts";
import { temporaryFiles } from "./temporary-folder.ts";
import { passUntil } from "./virtual-time.ts";

const newFile = temporaryFiles("changed");
const BODIES: readonly BodyKind[] = ["async", "generator", "async generator"];
/** A body that awaits nothing but steps is known to be at rest at once; an async one is taken to be after a second. */
const REST_MS = 1_000;

const WAIT: Line = { sleep: "wait", duration: "1 day" };
const OLD: readonly Line[] = ["Validate", "Charge", "Send receipt", WAIT, "Close"];
const OLD_OUTPUT = ["did Validate", "did Charge", "did Send receipt", undefined, "did Close"];
const SHORT: readonly Line[] = ["Validate", "Charge", WAIT, "Close"];
const WITH_INPUT: readonly Line[] = ["Validate", { run: "Charge", input: { amount: 5 } }, WAIT, "Close"];

interface Change {
  readonly old: readonly Line[];
  readonly now: readonly Line[];
  readonly note: string;
  /** A contradiction of a recorded step is seen at once, in every body. */
  readonly isContradiction?: true;
}
const UNFIT: Readonly<Record<string, Change>> = {
  "a renamed step": {
    old: SHORT,
    now: ["Validate", "Charge card", WAIT, "Close"],
    note: "recorded: 2 Charge; the code now asks for: 2 Charge card",
  },
  "a renamed step, with others behind it": {
    old: OLD,
    now: ["Validate", "Charge card", "Send receipt", WAIT, "Close"],
    note: "recorded: 2 Charge, 3 Send receipt; the code now asks for: 2 Charge card",
  },
  "an inserted step": {
    old: OLD,
    now: ["Validate", "Check limit", "Charge", "Send receipt", WAIT, "Close"],
    note: "recorded: 2 Charge, 3 Send receipt; the code now asks for: 2 Check limit",
  },
  "a step inserted before all": {
    old: SHORT,
    now: ["Log in", ...SHORT],
    note: "recorded: 1 Validate, 2 Charge; the code now asks for: 1 Log in",
  },
  "a removed step": {
    old: OLD,
    now: ["Validate", "Send receipt", WAIT, "Close"],
    // What would be new first is that the sleep is over, and what is behind it: this code does not end there.
    note: "recorded: 2 Charge; the code now goes on without it",
  },
  "removed steps, and nothing new": {
    old: OLD,
    now: ["Validate", "Send receipt"],
    note: "recorded: 2 Charge; the code now ends",
  },
  "another kind of step": {
    old: SHORT,
    now: ["Validate", { sleep: "Charge", duration: "1 ms" }, WAIT, "Close"],
    note: "recorded: 2 Charge (run); the code now asks for: 2 Charge (sleep)",
    isContradiction: true,
  },
  "a step where a sleep was": {
    old: SHORT,
    now: ["Validate", "Charge", "wait", "Close"],
    note: "recorded: 3 wait (sleep); the code now asks for: 3 wait (run)",
    isContradiction: true,
  },
  "other inputs": {
    old: WITH_INPUT,
    now: ["Validate", { run: "Charge", input: { amount: 6 } }, WAIT, "Close"],
    note: "recorded: 2 Charge (with other inputs); the code now asks for: 2 Charge (with these inputs)",
    isContradiction: true,
  },
};
const unfit = Object.entries(UNFIT).flatMap(([name, change]) => BODIES.map((body) => [name, body, change] as const));

describe("pauses before anything runs, and says why", () => {
  test.each(unfit)("%s, in a body that is %s", async (_name, body, { old, now, note, isContradiction }) => {
    const store = new MemoryStore();
    const id = await record(store, { body, lines: old });
    const changed = await deploy(store, WAKE_MS, { body, lines: now });
    await changed.clock.advance(1); // an overdue sleep is over
    const atOnce = (await standing(changed, id)).status;
    await changed.clock.advance(REST_MS - 100);
    const soon = (await standing(changed, id)).status;
    // Each time that the code is at rest takes a second: one for each recorded outcome that it asks for out of turn.
    const takesTime = body === "async" && isContradiction !== true;
    expect([atOnce, soon]).toEqual(takesTime ? ["running", "running"] : ["paused", "paused"]);
    await changed.clock.advance(3 * REST_MS + 200);
    const paused = await standing(changed, id);
    expect([paused.status, paused.endedAt]).toEqual(["paused", undefined]);
    expect(paused.note).toBe(note);
    expect(changed.pauses).toEqual([paused.note]);
    expect(changed.ran).toEqual([]);
    await changed.clock.advance(3_600_000); // nothing moves it but other code
    expect((await standing(changed, id)).status).toBe("paused");
    expect([changed.ran, changed.pauses]).toEqual([[], [paused.note]]);
    await undeploy(changed);
  });
});

describe("goes on when code that fits is started", () => {
  test.each(unfit)("%s, in a body that is %s", async (_name, body, { old, now }) => {
    const store = new MemoryStore();
    const id = await record(store, { body, lines: old });
    for (let time = 0; time < 2; time++) {
      const changed = await deploy(store, WAKE_MS + time * 60_000, { body, lines: now });
      await passUntil(changed.clock, () => changed.pauses.length > 0);
      expect((await standing(changed, id)).status).toBe("paused");
      await undeploy(changed);
    }
    const fitting = await deploy(store, WAKE_MS + 3_600_000, { body, lines: old });
    await fitting.clock.advance(5 * REST_MS);
    const ended = await standing(fitting, id);
    const output = old.map((line) =>
      typeof line === "object" && "sleep" in line ? undefined : `did ${runName(line)}`,
    );
    expect([ended.status, ended.output, ended.note]).toEqual(["completed", output, undefined]);
    expect([fitting.ran, fitting.pauses]).toEqual([["Close"], []]);
    await undeploy(fitting);
  });
});

const FITS: Readonly<Record<string, { readonly now: readonly Line[]; readonly runs: readonly string[] }>> = {
  "recorded steps in another order": { now: ["Send receipt", "Charge", "Validate", WAIT, "Close"], runs: ["Close"] },
  "a step added at the end": { now: [...OLD, "Archive"], runs: ["Close", "Archive"] },
  "a step added behind the recorded ones": {
    now: ["Validate", "Charge", "Send receipt", "Note", WAIT, "Close"],
    runs: ["Note", "Close"],
  },
  "another step where nothing was recorded yet": { now: [...OLD.slice(0, 4), "Shut"], runs: ["Shut"] },
  "another duration of the sleep": {
    now: [...OLD.slice(0, 3), { sleep: "wait", duration: "40 days" }, "Close"],
    runs: ["Close"],
  },
};
describe("is safe", () => {
  const fits = Object.entries(FITS).flatMap(([name, change]) => BODIES.map((body) => [name, body, change] as const));
  test.each(fits)("%s, in a body that is %s", async (_name, body, { now, runs }) => {
    const store = new MemoryStore();
    const id = await record(store, { body, lines: OLD });
    const changed = await deploy(store, WAKE_MS, { body, lines: now });
    await changed.clock.advance(10 * REST_MS);
    const ended = await standing(changed, id);
    const output = now.map((line) => (typeof line === "string" ? `did ${line}` : undefined));
    expect([ended.status, ended.output]).toEqual(["completed", output]);
    expect([changed.ran, changed.pauses]).toEqual([runs, []]);
    await undeploy(changed);
  });
});

describe("onMismatch", () => {
  const renamed = (body: BodyKind, onMismatch: "fail" | "ignore"): Version => ({
    body,
    lines: ["Validate", "Charge card", "Send receipt", WAIT, "Close"],
    onMismatch,
  });

  test.each(BODIES)('"fail" ends the run as failed, and runs nothing, in a body that is %s', async (body) => {
    const store = new MemoryStore();
    const id = await record(store, { body, lines: OLD });
    const changed = await deploy(store, WAKE_MS, renamed(body, "fail"));
    await changed.clock.advance(5 * REST_MS);
    const failed = await standing(changed, id);
    expect(failed.status).toBe("failed");
    expect(failed.error).toBeInstanceOf(ReplayMismatchError);
    for (const part of [
      id,
      "Handle payments",
      "recorded: 2 Charge, 3 Send receipt; the code now asks for: 2 Charge card",
    ])
      expect((failed.error as Error).message).toContain(part);
    expect([changed.ran, changed.pauses]).toEqual([[], []]);
    await undeploy(changed);
  });

  test.each(BODIES)(
    '"ignore" runs what is new, and leaves alone what nobody asks for, in a body that is %s',
    async (body) => {
      const store = new MemoryStore();
      const id = await record(store, { body, lines: OLD });
      const changed = await deploy(store, WAKE_MS, renamed(body, "ignore"));
      await changed.clock.advance(10 * REST_MS);
      const ended = await standing(changed, id);
      const output = ["did Validate", "did Charge card", "did Send receipt", undefined, "did Close"];
      expect([ended.status, ended.output]).toEqual(["completed", output]);
      expect([changed.ran, changed.pauses]).toEqual([["Charge card", "Close"], []]);
      expect(ended.steps.find(({ name }) => name === "Charge")?.output).toBe("did Charge");
      await undeploy(changed);
    },
  );
});

test("a paused run on a SQLite file is seen as such by another process, and goes on with the code that recorded it", async () => {
  const path = newFile();
  const open = (): SqliteStore => new SqliteStore({ path, synchronous: "normal" });
  const id = await record(open(), { body: "generator", lines: OLD });
  const changed = await deploy(open(), WAKE_MS, { body: "generator", lines: UNFIT["a renamed step"]!.now });
  expect((await standing(changed, id)).status).toBe("paused");
  await undeploy(changed);
  const fitting = await deploy(open(), WAKE_MS, { body: "generator", lines: OLD });
  await fitting.clock.advance(1);
  const ended = await standing(fitting, id);
  expect([ended.status, ended.output]).toEqual(["completed", OLD_OUTPUT]);
  expect(fitting.ran).toEqual(["Close"]);
  await undeploy(fitting);
});
