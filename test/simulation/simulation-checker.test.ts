// The checks of simulations find what they are for: each fault, put into a history without one, is told by its rule.
import { describe, expect, it } from "vitest";
import { encodeValue } from "../../src/core/value-codec.ts";
import { CANCEL_KEY, type RunRecord, type StepRecord } from "../../src/durable/journal.ts";
import type { RunChange, WriteResult } from "../../src/durable/store.ts";
import { SAMPLE_MS, sampleEvent, sampleRun, sampleStep, sampleWrite } from "../../src/testing/journal-samples.ts";
import { checkSimulation } from "./simulation-checker.ts";
import { textOf } from "./simulated-errors.ts";
import type { BodyPlace, Entry, SimulationHistory } from "./simulation-history.ts";

const GIVEN = { of: "Charge", nonce: 1 };
const ENDED = { kind: "end", status: "completed", output: encodeValue(1), error: null, atMs: SAMPLE_MS + 9 } as const;
const ASLEEP = { kind: "suspend", status: "sleeping", dueMs: SAMPLE_MS + 9, waits: [] } as const;

const charge = (fields: Partial<StepRecord> = {}) =>
  sampleStep({ value: fields.state === undefined ? encodeValue(GIVEN) : null, ...fields });

function written(records: readonly StepRecord[], change: RunChange | null = null, token = 1): Entry {
  return {
    kind: "written",
    life: "w1",
    incarnation: "worker-1",
    write: sampleWrite({ records, change, token }),
    result: "kept" as WriteResult,
  };
}
function claimed(token: number, life = "w1", run = "run_1"): Entry {
  return { kind: "claimed", life, incarnation: life === "w1" ? "worker-1" : "worker-2", run, token };
}
function place(fields: Partial<BodyPlace> = {}): BodyPlace {
  const where = { life: "w1", run: "run_1", path: "Charge", number: "1", attempt: 1, place: "@1/0@1" };
  return { ...where, token: 1, idempotencyKey: "run_1:Charge", isAtMostOnce: false, ...fields };
}
const entered = (fields: Partial<BodyPlace> = {}): Entry => ({ kind: "entered", nowMs: SAMPLE_MS, ...place(fields) });
const effect = (fields: Partial<BodyPlace> = {}, text = "1"): Entry => ({
  kind: "effect",
  ends: "value",
  text,
  ...place(fields),
});
const saw = (
  given: unknown,
  fields: { life?: string; trail?: string; key?: string | undefined; what?: "value" | "error" } = {},
): Entry => ({
  kind: "saw",
  life: "w1",
  run: "run_1",
  trail: "/0",
  key: "Charge",
  what: "value",
  text: textOf(given),
  ...fields,
});
const buried: Entry = { kind: "freed", incarnation: "worker-1", how: "buried" };
const accepted = (id: string, name = "go"): Entry => ({
  kind: "accepted",
  event: sampleEvent({ id, name, data: encodeValue({}) }),
  result: "accepted",
  isTargeted: false,
});

/** An event, its run, and one step in it, by the moments at which something else may come between. */
const COURSE = {
  accepted: accepted("event-1"),
  acked: { kind: "acked", eventId: "event-1" },
  claimed: claimed(1),
  entered: entered(),
  effect: effect(),
  recorded: written([charge()]),
  saw: saw(GIVEN),
  ended: written([], ENDED),
} as const satisfies Record<string, Entry>;
type Moment = keyof typeof COURSE;

interface Planted {
  /** What comes after a moment, in its place (with `instead`), or nothing of it. */
  readonly after?: Partial<Record<Moment, readonly Entry[]>>;
  readonly instead?: Partial<Record<Moment, readonly Entry[]>>;
  readonly run?: Partial<RunRecord>;
  readonly records?: readonly StepRecord[];
  readonly rest?: Partial<SimulationHistory>;
}

function historyWith({
  after = {},
  instead = {},
  run = {},
  records = [charge()],
  rest = {},
}: Planted): SimulationHistory {
  const entries = (Object.keys(COURSE) as Moment[]).flatMap((moment) => [
    ...(instead[moment] ?? [COURSE[moment]]),
    ...(after[moment] ?? []),
  ]);
  const ended = sampleRun({ status: "completed", owner: null, endedMs: SAMPLE_MS + 9, ...run });
  return {
    seed: "planted",
    entries: entries.map((entry, order) => ({ ...entry, atMs: order, order })),
    runs: [{ run: ended, event: sampleEvent({ name: "go" }), records }],
    listeners: new Map([["go", ["app/charge"]]]),
    limit: Infinity,
    onlyIn: new Map(),
    lastVersion: 1,
    versions: new Map([
      ["w1", 1],
      ["w2", 1],
    ]),
    unfinished: undefined,
    hash: "",
    ...rest,
  };
}

/** Another worker has the run after the first was gone. */
const TAKEN_OVER: Planted = {
  after: { recorded: [buried, claimed(2, "w2")] },
  records: [charge(), sampleStep({ key: "~takeover/2.0", kind: "takeover", sequence: null })],
  instead: { ended: [{ ...written([], ENDED, 2), incarnation: "worker-2" } as Entry] },
};
const OTHER_CODE: Partial<SimulationHistory> = {
  onlyIn: new Map([
    [1, ["before"]],
    [2, ["after"]],
  ]),
  versions: new Map([
    ["w1", 1],
    ["w2", 2],
  ]),
};
const error = (message: string): Error => new RangeError(message);
const waiting = (fields: Partial<StepRecord> = {}) =>
  sampleStep({
    key: "Wait",
    kind: "waitForEvent",
    state: "waiting",
    wait: { kind: "event", event: "paid", match: null },
    ...fields,
  });
const waited = (fields: Partial<StepRecord> = {}) =>
  sampleStep({ key: "Wait", kind: "waitForEvent", sequence: 2, value: encodeValue(null), ...fields });

const FAULTS: readonly (readonly [fault: string, rule: string, planted: Planted])[] = [
  ["an outcome is written again", "H1 a step has one outcome", { after: { recorded: [written([charge()])] } }],
  ["an outcome is another in the end", "H1 a step has one outcome", { records: [charge({ value: encodeValue(2) })] }],
  ["code sees something else than was committed", "H2 ", { instead: { saw: [saw({ ...GIVEN, nonce: 2 })] } }],
  ["code sees it before it is committed", "H2 ", { after: { effect: [saw(GIVEN)] } }],
  ["a function has more at work than it may", "H3 of a function with a limit", { rest: { limit: 0 } }],
  ["a run is claimed from its owner", "H3 ", { after: { recorded: [claimed(2, "w2")] } }],
  ["a token does not grow", "H3 ", { after: { recorded: [buried, claimed(1, "w2")] } }],
  [
    "somebody writes who is not the owner",
    "H3 ",
    { after: { recorded: [written([charge({ key: "Other" })], null, 9)] } },
  ],
  [
    "what a worker keeps is claimed by another one",
    "H3 ",
    {
      after: {
        recorded: [{ kind: "freed", incarnation: "worker-1", how: "released", but: ["run_1"] }, claimed(2, "w2")],
      },
    },
  ],
  ["something is written after the end", "H4 ", { after: { ended: [written([charge({ key: "Other" })])] } }],
  ["a cancelled run completes", "H4 ", { after: { saw: [{ kind: "cancel", run: "run_1", answer: true }] } }],
  ["a run ends as it was not written", "H4 ", { run: { status: "failed" } }],
  ["an acknowledged event is not there", "H5 ", { after: { acked: [{ kind: "acked", eventId: "event-9" }] } }],
  ["an event has no run", "H5 ", { after: { acked: [accepted("event-2")] } }],
  ["a run is of no event", "H5 ", { run: { eventId: "event-9" } }],
  ["an outcome is no body's effect", "H6 what was committed", { instead: { effect: [effect({}, "7")] } }],
  ["a body is entered twice for a claim", "H6 a body is entered once", { after: { effect: [entered()] } }],
  [
    "a body is entered again, and its owner was there",
    "H6 a body is entered once",
    {
      instead: {
        recorded: [
          written([], ASLEEP),
          claimed(2),
          entered({ token: 2 }),
          effect({ token: 2 }),
          written([charge()], null, 2),
        ],
        ended: [written([], ENDED, 2)],
      },
    },
  ],
  [
    "a run is given up while a body is at work",
    "H6 no run is given up",
    {
      instead: {
        recorded: [
          entered({ path: "Other", place: "@1/1@1", idempotencyKey: "other" }),
          written([charge()], ASLEEP),
          claimed(2),
        ],
        ended: [written([], ENDED, 2)],
      },
    },
  ],
  [
    "a recorded body runs again",
    "H6 nothing that was recorded",
    { ...TAKEN_OVER, after: { recorded: [buried, claimed(2, "w2"), entered({ life: "w2", token: 2 })] } },
  ],
  ["a takeover is not told", "H6 each takeover is told", { ...TAKEN_OVER, records: [charge()] }],
  [
    "a body that runs at most once runs twice",
    "H6 an atMostOnce",
    { instead: { entered: [entered({ isAtMostOnce: true }), entered({ isAtMostOnce: true })] } },
  ],
  ["a step has two idempotency keys", "H7 ", { instead: { effect: [effect({ idempotencyKey: "another" })] } }],
  [
    "a sleep is over early",
    "H8 ",
    {
      after: {
        saw: [
          written([sampleStep({ key: "Sleep", kind: "sleep", state: "sleeping", dueMs: SAMPLE_MS + 90 })]),
          written([sampleStep({ key: "Sleep", kind: "sleep", sequence: 2, endedMs: SAMPLE_MS + 80 })]),
        ],
      },
    },
  ],
  [
    "a sleep is to end at two times",
    "H8 ",
    {
      after: {
        saw: [1, 2].map((ms) => written([sampleStep({ key: "Sleep", kind: "sleep", state: "sleeping", dueMs: ms })])),
      },
    },
  ],
  [
    "an attempt begins early",
    "H8 ",
    {
      after: {
        saw: [
          written([charge({ key: "Print", state: "retrying", attempts: 2, sequence: 2, dueMs: SAMPLE_MS + 90 })]),
          entered({ path: "Print", attempt: 2, place: "@1/1@2", idempotencyKey: "print" }),
        ],
      },
    },
  ],
  [
    "a wait is met by what is not for it",
    "H9 ",
    { after: { saw: [written([waiting()]), written([waited({ source: "event-9", value: encodeValue({}) })])] } },
  ],
  [
    "a wait misses what came in time",
    "H9 ",
    {
      after: {
        saw: [
          written([waiting()]),
          accepted("event-2", "paid"),
          written([waiting({ wait: null })]),
          written([waited()]),
        ],
      },
      rest: {
        listeners: new Map([
          ["go", ["app/charge"]],
          ["paid", []],
        ]),
      },
    },
  ],
  ["a wait is not closed", "H9 ", { after: { saw: [written([waiting()]), written([waited()])] } }],
  [
    "another life sees another value",
    "H10 code sees the same",
    { after: { saw: [saw(false, { life: "w2", key: undefined })] } },
  ],
  [
    "a number changes between lives",
    "H10 a step has the same number",
    { ...TAKEN_OVER, after: { recorded: [buried, claimed(2, "w2"), effect({ life: "w2", token: 2, number: "3" })] } },
  ],
  [
    "another life sees another error",
    "H11 ",
    {
      after: {
        saw: [
          saw(error("no"), { trail: "/1", what: "error", key: undefined }),
          saw(error("nay"), { trail: "/1", what: "error", key: undefined, life: "w2" }),
        ],
      },
    },
  ],
  [
    "other code goes on, and an outcome is missing",
    "H10 code that does not fit",
    goesOnWith(sampleStep({ key: "before", sequence: 2 })),
  ],
  [
    "other code goes on, and a step had begun",
    "H10 code that does not fit",
    goesOnWith(sampleStep({ key: "before", state: "started" })),
  ],
  [
    "other code goes on, and a step in one had begun",
    "H10 code that does not fit",
    goesOnWith(sampleStep({ key: "before/Charge", state: "started" })),
  ],
  [
    "a run is paused, and its code never changed",
    "H10 code that does not fit",
    {
      after: { saw: [written([], { kind: "pause", note: "recorded: 1 Charge", atMs: 0 }), claimed(2)] },
      instead: { ended: [written([], ENDED, 2)] },
    },
  ],
  ["something never ends", "H12 everything ends", { rest: { unfinished: "run_1 is running" } }],
  [
    "a run is claimed over and over",
    "H12 no run is claimed over",
    {
      after: {
        recorded: Array.from({ length: 7 }, (_none, token) => [
          written([], ASLEEP, token + 1),
          claimed(token + 2),
        ]).flat(),
      },
      instead: { ended: [written([], ENDED, 8)] },
    },
  ],
];

/** The second version of the code has the run, which has recorded this. */
function goesOnWith(record: StepRecord): Planted {
  const other = { life: "w2", token: 2, path: "after", place: "@1/1@1", idempotencyKey: "after" };
  return {
    ...TAKEN_OVER,
    after: { recorded: [written([record]), buried, claimed(2, "w2"), entered(other), effect(other, "2")] },
    rest: OTHER_CODE,
  };
}

/** The rules that are broken. */
function broken(planted: Planted): readonly string[] {
  return [...new Set(checkSimulation(historyWith(planted)).map(({ rule }) => rule))];
}

describe("a history without a fault", () => {
  it.each<[string, Planted]>([
    ["of one worker", {}],
    ["that was taken over", TAKEN_OVER],
    ["with a step that had begun, and was cancelled", goesOnWith(sampleStep({ key: "before", state: "cancelled" }))],
    [
      "with a claim that was released",
      {
        instead: {
          claimed: [claimed(1), { kind: "freed", incarnation: "worker-1", how: "released", but: [] }, claimed(2)],
          entered: [entered({ token: 2 })],
          effect: [effect({ token: 2 })],
          recorded: [written([charge()], null, 2)],
          ended: [written([], ENDED, 2)],
        },
      },
    ],
  ])("%s breaks no rule", (_what, planted) => {
    expect(broken(planted)).toEqual([]);
  });

  it("once it was cancelled, what had begun binds nobody", () => {
    const cancellation = sampleStep({ key: CANCEL_KEY, kind: "cancel", sequence: 2 });
    const planted = goesOnWith(sampleStep({ key: "before", state: "sleeping", dueMs: 0 }));
    const [begun, ...later] = planted.after!.recorded!;
    expect(broken({ ...planted, after: { recorded: [begun!, written([cancellation]), ...later] } })).toEqual([]);
  });
});

describe("a fault", () => {
  it.each(FAULTS)("%s: %s", (_fault, rule, planted) => {
    expect(broken(planted).filter((one) => one.startsWith(rule))).toHaveLength(1);
  });

  it("each rule has one", () => {
    const numbers = FAULTS.map(([, rule]) => Number(/^H(\d+)/.exec(rule)![1]));
    expect([...new Set(numbers)].toSorted((left, right) => left - right)).toEqual(
      Array.from({ length: 12 }, (_none, index) => index + 1),
    );
  });
});
