// Programs whose steps fail where nobody looks. Run as a process of its own: it counts the `unhandledRejection` events of each.
//
// Argument: "in process" or "on a store". Output: one line of JSON, by program: how many events, and how its run ended.
import { step as imported, type StepTools } from "../../src/index.ts";
import { settled } from "../../src/testing/manual-clock.ts";
import { Performance, type Place, type Program } from "./stage.ts";

/** By program: how many rejections nobody handled, and how its run ended. */
export type RejectionReport = Readonly<Record<string, { readonly rejections: number; readonly end: string }>>;

const RETRIED = { retries: 2, backoff: "fixed", initial: "10s", jitter: false } as const;

function failing(): never {
  throw new Error("no");
}
async function failingLater(): Promise<never> {
  await settled();
  throw new Error("no");
}
function untilTold(step: StepTools): Promise<never> {
  return new Promise((_resolve, reject) =>
    step.signal.addEventListener("abort", () => reject(new Error("told to end")), { once: true }),
  );
}

/** The same act in each kind of body. */
function inEachKind(name: string, act: (step: StepTools) => unknown): [string, Program][] {
  return [
    [`${name}, plain`, (step) => (act(step), "done")],
    [`${name}, async`, async (step) => (act(step), "done")],
    [
      `${name}, generator`,
      function* (step) {
        act(step);
        yield* step.run("Next", () => {});
        return "done";
      },
    ],
    [
      `${name}, async generator`,
      async function* (step) {
        act(step);
        yield* step.run("Next", () => {});
        return "done";
      },
    ],
  ];
}

const PROGRAMS: [string, Program][] = [
  ...inEachKind("floating", (step) => step.run("Float", failing)),
  ...inEachKind("floating later", (step) => step.run("Float", failingLater)),
  ...inEachKind("floating, retried", (step) => step.run({ name: "Float", retries: RETRIED }, failing)),
  ...inEachKind("floating, with a handler that throws", (step) => step.run("Float", failing).onError(failing)),
  ...inEachKind("two floating", (step) => [step.run("First", failing), step.run("Second", failingLater)]),
  ...inEachKind("floating composite", (step) =>
    step.run("Composite", (own) => void own.run("Inner", failing).possibleError(Error)),
  ),
  ...inEachKind("floating all", (step) => step.all([failing, failingLater, untilTold])),
  ...inEachKind("floating race", (step) => step.race([failing, failingLater, untilTold])),
  ...inEachKind("floating map", (step) => step.map([1, 2], failingLater, { concurrency: 1 })),
  ...inEachKind("floating raise", (step) => step.fail(new Error("no"))),
  ...inEachKind("two views, nobody awaits", (step) => {
    const view = step.run("Float", failing);
    return [view, view.next("recovered"), view.onError(() => {})];
  }),
  ["Promise.all over failing steps", (step) => Promise.all([step.run("A", failing), step.run("B", failingLater)])],
  [
    "Promise.allSettled",
    async (step) => void (await Promise.allSettled([step.run("A", failing), step.run("B", failing)])),
  ],
  ["Promise.race with a failing loser", (step) => Promise.race([step.run("A", () => 1), step.run("B", failingLater)])],
  ["all, several branches fail", (step) => step.all([failing, failing, failingLater])],
  ["all, adopted steps fail", (step) => step.all([step.run("A", failing), step.run("B", failingLater)])],
  [
    "all, siblings reject when told",
    (step) => step.all([failing, untilTold, (own) => own.run("Inner", () => untilTold(own))]),
  ],
  ["race, losers fail", (step) => step.race([() => 1, failing, failingLater, untilTold])],
  ["race, the losers' substeps fail", (step) => step.race([() => 1, (own) => own.run("Inner", failingLater)])],
  [
    "timeout, and the body rejects when told",
    (step) => step.run({ name: "Slow", timeout: "1s" }, () => untilTold(step)).next(),
  ],
  [
    "timeout, and a substep rejects when told",
    (step) => step.run({ name: "Slow", timeout: "1s" }, (own) => own.run("Inner", () => untilTold(own))).next(),
  ],
  [
    "timeout, and the body rejects much later",
    async (step) => {
      let reject = (_error: Error): void => {};
      await step
        .run({ name: "Slow", timeout: "1s" }, () => new Promise((_resolve, refuse) => (reject = refuse)))
        .next();
      reject(new Error("too late"));
    },
  ],
  [
    "a step that is awaited late",
    async (step) => {
      const early = step.run("Early", failing);
      await step.sleep("2s");
      await early.catch(() => {});
    },
  ],
  [
    "two views are awaited",
    async (step) => {
      const charge = step.run("Charge", failing);
      await charge.next("recovered");
      await charge.catch(() => {});
    },
  ],
  [
    "a step created after its parent has ended",
    async (step) => {
      let late = (): void => {};
      await step.run("Parent", (own) => {
        late = () => void own.run("Late", failing);
      });
      late();
      await step.run("Next", () => {});
    },
  ],
  [
    "a step created in a step that is not awaited, later",
    (step) => {
      void step.run("Parent", async (own) => {
        await settled();
        void own.run("Late", failing);
      });
      return "done";
    },
  ],
];

const CANCELLED: [string, Program][] = [
  ...inEachKind("cancelled, floating", (step) => step.run("Float", () => untilTold(step))),
  [
    "cancelled, all",
    (step) => step.all([untilTold, (own) => own.sleep("1h"), (own) => own.run("Inner", () => untilTold(own))]),
  ],
  ["cancelled, race", (step) => step.race([untilTold, (own) => own.sleep("3s")])],
  ["cancelled, in a retry wait", (step) => step.run({ name: "Ask", retries: RETRIED }, failing)],
  [
    "cancelled, and later steps are not awaited",
    async (step) => {
      await step.run("Work", () => untilTold(step)).catch(() => {});
      void step.run("Later", failing);
      void step.all([failing]);
    },
  ],
  [
    "cancelled, and a finally fails",
    function* (step) {
      try {
        yield* step.run("Work", () => untilTold(step));
      } finally {
        void step.run("Float", failing);
        yield* step.run("Close", failing);
      }
    },
  ],
];

async function main(place: Place): Promise<void> {
  let rejections = 0;
  process.on("unhandledRejection", () => {
    rejections++;
  });
  const report: Record<string, { rejections: number; end: string }> = {};
  for (const [name, program] of [...PROGRAMS, ...CANCELLED]) {
    rejections = 0;
    const performance = await Performance.begin(place, program);
    if (name.startsWith("cancelled")) await performance.cancel();
    const end = await performance.toTheEnd();
    await performance.pass(60_000);
    await settled();
    report[name] = { rejections, end: typeof end === "string" ? end : end.ok ? "value" : "failure" };
  }
  // What is no step's, or has no parent, is nobody's: the counter has to see it.
  for (const [name, reject] of [
    ["control: a promise of one's own", () => Promise.reject(new Error("nobody's"))],
    ["control: a floating step outside any event", () => imported.run("Float", failing)],
  ] as const) {
    rejections = 0;
    void reject();
    await settled();
    report[name] = { rejections, end: "none" };
  }
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

if (process.argv[1] === import.meta.filename) await main(process.argv[2] as Place);
