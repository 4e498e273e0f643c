// What kit/crash-difference finds between two plays, and how kit/crash-story tells it.
import { describe, expect, it } from "vitest";
import { firstDifference, type Played, type PlayEnd } from "./crash-difference.ts";
import { crashStory } from "./crash-story.ts";
import { RunLog, type Place } from "./run-log.ts";
import type { TestedStep } from "./test-app-types.ts";

const charge: Place = { runId: "run_1", path: "Charge", number: "1", name: "Charge", functionName: "Pay" };
const code: Place = { runId: "run_1", path: "", number: "", name: "Pay", functionName: "Pay" };
const done: PlayEnd = { kind: "value", value: 1 };
const steps: readonly TestedStep[] = [{ number: "1", name: "Charge", status: "completed" }];

function log({ lives = [0], effects = [] as readonly [Place, number][], input = [] as readonly unknown[] }): RunLog {
  const made = new RunLog();
  for (const life of lives) made.entries.push({ ...charge, life, input });
  for (const [place, life] of effects) made.effects.push({ ...place, life, effect: "mail" });
  return made;
}
function played(given: Partial<Played> = {}): Played {
  return { log: log({}), end: done, steps, writes: 2, ...given };
}
/** The story of what a play with a crash came to, without its advice. */
function story(crashed: Played, reference = played()): readonly string[] {
  const difference = firstDifference(reference, crashed);
  if (difference === undefined) return [];
  const text = crashStory({ functionName: "Pay", reference, crashed, difference });
  return text.split("\n").slice(0, -2);
}

describe("two plays that are the same", () => {
  it("however often a body was tried, and what open steps have done again", () => {
    const crashed = played({
      log: log({
        lives: [0, 1],
        effects: [
          [charge, 0],
          [charge, 1],
        ],
      }),
      steps: [{ ...steps[0]!, attempts: 2 }],
    });
    expect(firstDifference(played(), crashed)).toBeUndefined();
  });
});

describe("what was cancelled", () => {
  it("makes no difference: which losers of a race had begun is nobody's business", () => {
    const loser: TestedStep = { number: "2", name: "Slower", status: "cancelled" };
    expect(firstDifference(played({ steps: [...steps, loser] }), played())).toBeUndefined();
  });
});

describe("the story of a difference", () => {
  it("a recorded step that ran again", () => {
    const again = log({ lives: [0, 1] });
    again.recorded = new Set(["run_1 Charge"]);
    expect(story(played({ log: again }))).toEqual([
      '"Pay" does not survive a crash: step 1 Charge ran again, though its outcome had been recorded.',
      "",
      "The process crashed when step 1 Charge had been recorded. Another one went on.",
      "  without the crash: completed with 1",
      "  with the crash:    completed with 1",
      "",
      "Its steps",
      "  1 Charge: recorded, and entered again all the same",
    ]);
  });
  it("an effect of code that no record holds back", () => {
    const reference = played({ log: log({ effects: [[code, 0]] }) });
    const crashed = log({
      effects: [
        [code, 0],
        [code, 1],
      ],
    });
    expect(story(played({ log: crashed }), reference)[0]).toBe(
      '"Pay" does not survive a crash: "mail" was done twice, and once without the crash, by the code of "Pay" outside of its steps.',
    );
  });
  it("another input, another end, and none", () => {
    expect(story(played({ log: log({ input: [2] }) }), played({ log: log({ input: [1] }) }))[0]).toContain(
      "step 1 Charge was given [ 2 ], and [ 1 ] without the crash",
    );
    const other = story(played({ end: { kind: "error", error: new RangeError("no") } }));
    expect(other[0]).toContain("it comes to another outcome");
    expect(other[4]).toBe("  with the crash:    failed with RangeError: no");
    const stuck = story(played({ end: { kind: "stuck", error: new RangeError("paused: no such step") } }));
    expect(stuck[0]).toContain("it does not come to its end: paused: no such step");
    expect(stuck[4]).toBe("  with the crash:    did not end");
    expect(story(played({ end: { kind: "cancelled" } }))[4]).toBe("  with the crash:    was cancelled");
  });
  it("other steps", () => {
    const more: readonly TestedStep[] = [...steps, { number: "2", name: "Refund", status: "failed", error: "Gone" }];
    expect(story(played({ steps: more }))[0]).toContain("2 Refund failed Gone, and no such step without the crash");
    expect(story(played(), played({ steps: more }))[0]).toContain("no such step, and 2 Refund failed Gone without");
  });
});
