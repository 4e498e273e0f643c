// From what the journal knows of a run to the tree that people look at. Pure.
import type { RunDetails, RunSummary, StepDetails, TakeoverDetails } from "../core/run-details.ts";
import type { StepStatus } from "../core/outcome.ts";
import { HANDLER_SEGMENT, nameInKey, parentKey } from "../core/step-key.ts";
import { compareNumbers } from "../core/step-number.ts";
import type { StepKind } from "../core/step-plan.ts";
import { decodeValue } from "../core/value-codec.ts";
import { RunHistory } from "./journal-fold.ts";
import { TAKEOVER_KEY, isRunNote, type EventRecord, type RunRecord, type StepRecord } from "./journal.ts";
import { outcomeOfRecord } from "./step-record.ts";

/** A step that is in memory and has no outcome yet. */
export interface OpenStep {
  readonly key: string;
  readonly number: string;
  readonly name: string;
  readonly kind: StepKind;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly tags: readonly string[];
  readonly startedMs: number;
}

export function runSummary(run: RunRecord, event: EventRecord, functionName: string | undefined): RunSummary {
  return {
    id: run.id,
    function: { id: run.functionId.slice(run.functionId.indexOf("/") + 1), name: functionName ?? run.functionId },
    event: {
      id: event.id,
      name: event.name,
      data: decodeValue(event.data),
      user: decodeValue(event.user),
      ts: event.ts,
    },
    status: run.status,
    ...(run.output === null ? {} : { output: decodeValue(run.output) }),
    ...(run.error === null ? {} : { error: decodeValue(run.error) }),
    ...(run.note === null || !isStandingStill(run) ? {} : { note: run.note }),
    ...(run.version === null ? {} : { version: run.version }),
    ...(run.replayOf === null ? {} : { replayOf: run.replayOf }),
    createdAt: new Date(run.createdMs),
    ...(run.startedMs === null ? {} : { startedAt: new Date(run.startedMs) }),
    ...(run.endedMs === null ? {} : { endedAt: new Date(run.endedMs) }),
  };
}

function isStandingStill({ status }: RunRecord): boolean {
  return status === "paused" || status === "quarantined";
}

export function runDetails(
  summary: RunSummary,
  records: readonly StepRecord[],
  openSteps: readonly OpenStep[],
): RunDetails {
  const history = new RunHistory(records);
  const isOver = summary.endedAt !== undefined;
  const stepsByKey = new Map<string, Draft>();
  for (const record of records) {
    if (record.key !== "" && record.kind !== "patched" && !isRunNote(record))
      stepsByKey.set(record.key, draftOfRecord(record, history, isOver));
  }
  for (const step of openSteps)
    if (stepsByKey.get(step.key)?.details.endedAt === undefined)
      stepsByKey.set(step.key, draftOfOpen(step, stepsByKey.get(step.key)));
  for (const key of [...stepsByKey.keys()]) addParents(key, stepsByKey, isOver);
  return {
    ...summary,
    steps: childrenOf("", stepsByKey, false),
    takeovers: records
      .filter(({ key }) => key.startsWith(TAKEOVER_KEY))
      .toSorted((left, right) => compareNumbers(takeoverId(left), takeoverId(right)))
      .map(takeover),
  };
}

interface Draft {
  readonly details: Omit<StepDetails, "steps">;
}

function draftOfRecord(record: StepRecord, history: RunHistory, isOver: boolean): Draft {
  const outcome = record.state === "ended" ? outcomeOfRecord(record, history, decodeValue) : undefined;
  const isCancelled = isOver || record.state === "cancelled";
  const waiting =
    record.state === "sleeping" || record.state === "waiting" || record.state === "retrying" ? record.state : undefined;
  const pending = isCancelled ? "cancelled" : (waiting ?? "running");
  return {
    details: {
      number: record.number,
      name: record.name,
      path: record.key,
      kind: record.kind as StepKind,
      status: outcome?.status ?? pending,
      attempts: record.state === "retrying" ? record.attempts - 1 : record.attempts,
      ...(outcome !== undefined && "value" in outcome ? { output: outcome.value } : {}),
      ...(outcome !== undefined && "error" in outcome ? { error: outcome.error } : {}),
      ...(outcome === undefined && record.error !== null ? { error: decodeValue(record.error) } : {}),
      tags: record.notes?.tags ?? [],
      startedAt: new Date(record.startedMs),
      ...(record.endedMs === null ? {} : { endedAt: new Date(record.endedMs) }),
      ...(record.dueMs === null || waiting === undefined ? {} : { dueAt: new Date(record.dueMs) }),
    },
  };
}

function draftOfOpen(
  { key, number, name, kind, status, attempts, tags, startedMs }: OpenStep,
  recorded: Draft | undefined,
): Draft {
  return {
    details: {
      ...recorded?.details,
      number,
      name,
      path: key,
      kind,
      status,
      attempts,
      tags,
      startedAt: new Date(startedMs),
    },
  };
}

/** A composite step has no record of its own while it runs: it is known from its substeps. */
function addParents(key: string, stepsByKey: Map<string, Draft>, isOver: boolean): void {
  const parent = parentKey(key);
  const segment = parent.slice(parent.lastIndexOf("/") + 1);
  if (parent === "" || stepsByKey.has(parent)) return;
  if (segment !== HANDLER_SEGMENT) {
    const { number } = stepsByKey.get(key)!.details;
    const name = nameInKey(parent);
    stepsByKey.set(parent, {
      details: {
        number: number.slice(0, Math.max(0, number.lastIndexOf("."))),
        name,
        path: parent,
        kind: "run",
        status: isOver ? "cancelled" : "running",
        attempts: 1,
        tags: [],
      },
    });
  }
  addParents(parent, stepsByKey, isOver);
}

/** The steps of a body, and behind them those of its handlers. */
function childrenOf(key: string, stepsByKey: ReadonlyMap<string, Draft>, isUnderEnded: boolean): StepDetails[] {
  const handlers = key === "" ? HANDLER_SEGMENT : `${key}/${HANDLER_SEGMENT}`;
  const children = [...stepsByKey.values()].filter(({ details }) => [key, handlers].includes(parentKey(details.path)));
  return children
    .map(({ details }) => {
      const isLeftBehind = isUnderEnded && details.endedAt === undefined;
      const hasEnded = isUnderEnded || details.endedAt !== undefined;
      return {
        ...details,
        status: isLeftBehind ? ("cancelled" as const) : details.status,
        steps: childrenOf(details.path, stepsByKey, hasEnded),
      };
    })
    .toSorted((left, right) => compareNumbers(left.number, right.number));
}

/** `7.0`: the token of the owner that wrote it down, and its place among those of that owner. */
function takeoverId({ key }: StepRecord): string {
  return key.slice(TAKEOVER_KEY.length + 1);
}

function takeover(record: StepRecord): TakeoverDetails {
  return {
    at: new Date(record.startedMs),
    from: record.name,
    openSteps: decodeValue(record.value!) as TakeoverDetails["openSteps"],
  };
}
