// Faults that are put into a copy of the engine, one at a time, to see that the checks can see them.
import { FAILED_SAVE } from "./failed-save-mutant.ts";
import type { Mutant } from "./mutant.ts";

const MEMORY_STORE = "stores/memory/memory-store.ts";
const MEMORY_RUNS = "stores/memory/memory-runs.ts";
const ENGINE = "durable/durable-engine.ts";
const COMMITS = "durable/group-commit.ts";

export const MUTANTS: readonly Mutant[] = [
  {
    name: "an outcome may be written again",
    rule: "H1",
    edits: [
      {
        file: MEMORY_STORE,
        find: "if (!records.every(mayFollow)) return",
        replace: "if (records.length < 0 && !records.every(mayFollow)) return",
      },
      { file: COMMITS, find: "      await this.#readBack(", replace: "      await Promise.resolve(" },
    ],
    seed: 2,
  },
  {
    name: "fencing off",
    rule: "H3",
    edits: [
      { file: MEMORY_STORE, find: " || stored.run.owner !== incarnation || stored.run.token !== token", replace: "" },
    ],
    seed: 18,
  },
  {
    name: "a claim leaves the token as it was",
    rule: "H3",
    edits: [
      { file: MEMORY_RUNS, find: "token: stored.run.token + 1,", replace: "token: Math.max(1, stored.run.token)," },
    ],
    seed: 4,
  },
  {
    name: "a claim does not count who has runs of the function",
    rule: "H3",
    edits: [
      {
        file: MEMORY_RUNS,
        find: "    return this.#limitOf(functionId) - this.#places.atWork(functionId);",
        replace: "    return this.#limitOf(functionId);",
      },
    ],
    seed: 1,
  },
  {
    name: "a worker that is declared dead keeps its runs",
    rule: "H3",
    edits: [
      {
        file: MEMORY_RUNS,
        find: "        owner: null,\n        token: run.token + 1,\n        leftBy",
        replace: "        leftBy",
      },
    ],
    seed: 254,
  },
  FAILED_SAVE,
  {
    name: "a save whose result is unknown is not read back",
    rule: "H12",
    edits: [{ file: COMMITS, find: "      await this.#readBack(", replace: "      await Promise.resolve(" }],
    seed: 22,
  },
  {
    name: "code sees an outcome before it is committed",
    rule: "H2",
    edits: [
      {
        file: ENGINE,
        find: "      if (!this.#isSaved(await this.#keeper.save(records, null))) return never();\n    }",
        replace: "      void this.#keeper.save(records, null).then((result) => this.#isSaved(result));\n    }",
      },
    ],
    seed: 5,
  },
  {
    name: "the first run sees what the body gave",
    rule: "H2",
    edits: [
      {
        file: ENGINE,
        find: "return isKept ? this.#maker.outcome(node, record) :",
        replace: "return isKept ? outcome :",
      },
    ],
    seed: 5,
  },
  {
    name: "recorded outcomes are handed out as they are asked for",
    rule: "H10",
    edits: [
      {
        file: "core/replay.ts",
        find: "    this.#asked.add(sequence, deliver);",
        replace: "    this.#required.remove(sequence);\n    deliver();",
      },
    ],
    seed: 20,
  },
  {
    name: "new steps begin while recorded ones are handed out",
    rule: "H10",
    edits: [
      { file: ENGINE, find: "return this.#turns.isOver && !this.#isDraining;", replace: "return !this.#isDraining;" },
    ],
    seed: 38,
  },
  {
    name: "code that does not fit goes on",
    rule: "H10",
    edits: [
      {
        file: "core/replay-order.ts",
        find: 'return isAtRest ? { kind: "mismatch" }',
        replace: 'return isAtRest ? { kind: "begin" }',
      },
    ],
    seed: 184,
  },
  {
    name: "a replayed error is another",
    rule: "H11",
    edits: [
      {
        file: ENGINE,
        find: "return this.#turns.turnOf(node, record.sequence!).then(() => this.#maker.outcome(node, record));",
        replace:
          'return this.#turns.turnOf(node, record.sequence!).then(() => {\n      const outcome = this.#maker.outcome(node, record);\n      return outcome.status === "failed" ? { ...outcome, error: new RangeError(String(outcome.error)) } : outcome;\n    });',
      },
    ],
    seed: 24,
  },
  {
    name: "a wait is for what comes after it was registered",
    rule: "H9",
    edits: [
      {
        file: MEMORY_STORE,
        find: "this.#eventIndex.find(event, match, since);",
        replace: "this.#eventIndex.find(event, match, since).slice(0, 0);",
      },
    ],
    seed: 130,
  },
  {
    name: "a wait ends with nothing without being closed",
    rule: "H9",
    edits: [
      {
        file: "durable/arrival-waits.ts",
        find: "await this.#seat.close(node); // V2",
        replace: '"kept" as WriteResult;',
      },
    ],
    seed: 5,
  },
  {
    name: "an arrival wakes nobody",
    rule: "H12",
    edits: [
      {
        file: MEMORY_RUNS,
        find: "  wake(runId: string, dueMs: number): void {",
        replace: "  wake(runId: string, dueMs: number): void {\n    if (dueMs >= 0) return;",
      },
    ],
    seed: 63,
  },
  {
    name: "an event that is sent again is another",
    rule: "H5",
    edits: [
      {
        file: MEMORY_STORE,
        find: "    const known = this.#events.get(event.id)?.event;",
        replace: "    const known = undefined as EventRecord | undefined;",
      },
      {
        file: MEMORY_STORE,
        find: "      if (!this.#runs.ofEvent(event.id).some((run) => run.functionId === functionId))",
        replace: '      if (functionId !== "")',
      },
      { file: "durable/run-id.ts", find: "if (!event.isNamed) return", replace: 'if (event.id !== "") return' },
    ],
    seed: 17,
  },
  {
    name: "an event may overtake the registration of its functions",
    rule: "H5",
    edits: [{ file: "durable/durable-backend.ts", find: "return this.#registered.isDone; //", replace: "return; //" }],
    seed: 276,
  },
  {
    name: "a step that is tried again sends another event",
    rule: "H5",
    edits: [
      {
        file: "app/step-post.ts",
        find: "const id = `evt_${digest128(`${idempotencyKey(runId, key)} ${place}`)}`;",
        replace: 'const id = this.#door().random.id("evt", 0) + digest128(`${idempotencyKey(runId, key)} ${place}`);',
      },
    ],
    seed: 497,
  },
  {
    name: "a timer is half a second early",
    rule: "H8",
    edits: [
      {
        file: ENGINE,
        find: "waitUntil(node, this.#keeper.clock, dueMs)",
        replace: "waitUntil(node, this.#keeper.clock, dueMs - 500)",
      },
    ],
    seed: 5,
  },
  {
    name: "a cancellation that was granted is forgotten",
    rule: "H4",
    edits: [
      {
        file: MEMORY_STORE,
        find: 'change.status !== "cancelled" && stored.run.isCancelRequested)',
        replace: 'change.status !== "cancelled" && stored.run.token < 0)',
      },
      { file: "durable/run-execution.ts", find: "    void this.#engine.cancel();", replace: "    void this.#engine;" },
    ],
    seed: 4,
  },
  {
    name: "the idempotency key is of the attempt",
    rule: "H7",
    edits: [
      {
        file: "core/step-tools.ts",
        find: "return idempotencyKey(this.#node.run.id, this.#node.key);",
        replace: "return idempotencyKey(this.#node.run.id, this.#node.key) + String(this.attempt);",
      },
    ],
    seed: 4,
  },
  {
    name: "an atMostOnce body does not mark its start",
    rule: "H6",
    edits: [
      {
        file: "core/attempts.ts",
        find: "if (node.plan.options.atMostOnce === true) await engine.markStarted(node);",
        replace: "",
      },
    ],
    seed: 324,
  },
  {
    name: "takeovers are not told",
    rule: "H6",
    edits: [
      {
        file: "durable/run-execution.ts",
        find: "    return leftBy.map(",
        replace: "    return leftBy.slice(0, 0).map(",
      },
    ],
    seed: 24,
  },
  {
    name: "a finished composite step is walked again",
    rule: "H6",
    edits: [
      {
        file: ENGINE,
        find: 'if (record?.state === "ended") return this.#recallEnded(node, record);',
        replace: 'if (record?.state === "ended" && record.kind !== "run") return this.#recallEnded(node, record);',
      },
    ],
    seed: 85,
  },
  {
    name: "a takeover may be told twice",
    rule: "H12",
    edits: [
      {
        file: "durable/run-execution.ts",
        find: "    this.#isTakeoverTold = true; // whatever",
        replace: "    // whatever",
      },
    ],
    seed: 197,
  },
  {
    name: "a run stays in memory where what ended last was no wait",
    rule: "H12",
    edits: [
      {
        file: ENGINE,
        find: "onGoesOn: () => !this.#waits.isEmpty && keeper.onWait(), // what",
        replace: "onGoesOn: () => {}, // what",
      },
    ],
    seed: 1359,
  },
  {
    name: "what waits for its turn makes up for what is at work",
    rule: "H6",
    edits: [
      {
        file: ENGINE,
        find: "activeSteps > this.#turns.countActive()",
        replace: "activeSteps > this.#turns.waiting",
      },
    ],
    seed: 1468,
  },
  {
    name: "a run that does not fit goes to the same worker again",
    rule: "H12",
    edits: [
      {
        file: MEMORY_STORE,
        find: 'if (change.kind === "pause") stored.declinedBy.add(incarnation);',
        replace: "",
      },
    ],
    seed: 38,
  },
  {
    name: "a claim that failed is taken for one that gave nothing",
    rule: "H12",
    edits: [
      {
        file: "durable/worker.ts",
        find: "if (this.#isClaimUnknown) await store.release(",
        replace: "if (this.#isClaimUnknown && limit < 0) await store.release(",
      },
    ],
    seed: 39,
  },
  {
    name: "a step that had begun does not bind the code",
    rule: "H10",
    edits: [
      {
        file: ENGINE,
        find: "new BegunSteps(history.begun(),",
        replace: "new BegunSteps(history.begun().slice(0, 0),",
      },
    ],
    seed: 38,
  },
  {
    name: "that code is to go on as before is not kept",
    rule: "H10",
    edits: [
      {
        file: ENGINE,
        find: '    void this.#save([this.#maker.ended(node, { status: "completed", value: false })]);',
        replace: "",
      },
    ],
    seed: 1402,
  },
  {
    name: "a body that is told to end cannot ask for a step with links",
    rule: "H2",
    edits: [
      { file: "core/step-view.ts", find: " && !isRefused);", replace: ' && (isRefused || phase !== "created"));' },
    ],
    seed: 1006,
  },
];
