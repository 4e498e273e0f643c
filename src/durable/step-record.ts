// From a step in memory to the record of it, and from a record to the outcome that code is to see.
import { decodeValue, encodeValue, CODEC_VERSION } from "../core/value-codec.ts";
import type { Clock } from "../core/clock.ts";
import type { Outcome } from "../core/outcome.ts";
import { isOfUnknownClass } from "../core/error-codec.ts";
import { digest128 } from "../core/digest.ts";
import { abstractClassesIn, classesIn } from "../core/step-chain.ts";
import type { ErrorClass } from "../core/step-algebra.ts";
import { tagsOf } from "../core/step-tags.ts";
import type { StepNode } from "../core/step-tree.ts";
import { bug } from "../internal/bug.ts";
import type { RunHistory } from "./journal-fold.ts";
import type { OutcomeRefs, StepNotes, StepRecord } from "./journal.ts";

/** A record of the step with nothing in it but its place, and where it is. */
export function blankRecord(node: StepNode, clock: Clock, state: StepRecord["state"]): StepRecord {
  const { plan } = node;
  return {
    key: node.key,
    state,
    kind: plan.kind,
    number: node.number,
    name: node.name,
    sequence: null,
    status: null,
    attempts: node.attempts,
    dueMs: null,
    startedMs: clock.now() - (clock.elapsed() - node.startedMs),
    endedMs: null,
    value: null,
    refs: null,
    error: null,
    steps: null,
    digest: inputDigest(node),
    wait: null,
    source: node.special.source ?? null,
    notes: notesOf(node),
    format: CODEC_VERSION,
  };
}

/** Of the inputs that a body was given, of the event that is waited for, of the function that is invoked; null where there are none, or where they cannot be written down. */
export function inputDigest({ plan }: StepNode): string | null {
  if (plan.kind === "waitForEvent") return digest128(plan.event);
  if (plan.kind === "invoke") return digest128(plan.target.id);
  if (plan.kind !== "run" || plan.input.length === 0) return null;
  try {
    return digest128(encodeValue(plan.input));
  } catch {
    return null; // inputs are not stored: one that could not be is simply not compared
  }
}

/** How the value of `all`, `map` or `race` is made of its branches' outcomes; null where it is anything else. */
export function refsOf(node: StepNode, outcome: Outcome): OutcomeRefs | null {
  const { plan } = node;
  const { branches } = node.special;
  if (branches === undefined || outcome.status !== "completed" || node.chain.some(({ kind }) => kind === "result"))
    return null;
  if (branches.some((branch) => branch.plan.kind === "fail")) return null; // a raised error has no record
  const keys = branches.map((branch) => branch.key);
  if (plan.kind === "race") return { kind: "one", key: branches.find((branch) => branch.special.isWinner)!.key };
  if (plan.kind === "all" && plan.isRecord)
    return { kind: "record", entries: plan.branches.map(({ name }, place) => [name, keys[place]!]) };
  return { kind: "list", keys };
}

/** Makes a value of a text. */
export type Revive = (text: string) => unknown;

/** The outcome of a record, decoded anew. */
export function outcomeOfRecord(record: StepRecord, history: RunHistory, revive: Revive): Outcome {
  switch (record.status) {
    case "completed":
      return { status: "completed", value: valueOfRecord(record, history, revive) };
    case "recovered":
      return { status: "recovered", value: valueOfRecord(record, history, revive), error: revive(record.error!) };
    case "failed":
      return { status: "failed", error: revive(record.error!) };
    case null:
      return bug(`the record of "${record.key}" has no outcome`);
  }
}

/** Revives what a step has recorded: its errors as the classes that it names, or that its `abstractError` makes. */
export function reviveFor(node: StepNode): Revive {
  const classes = classesOf(node);
  return (text) => {
    const value = decodeValue(text, classes);
    return isOfUnknownClass(value)
      ? decodeValue(text, [...classes, ...abstractClassesIn(node.chain, value.cause)])
      : value;
  };
}

/** The classes that a step names. */
export function classesOf(node: StepNode): readonly ErrorClass[] {
  return classesIn(node.chain, node.plan.options.errors);
}

function valueOfRecord(record: StepRecord, history: RunHistory, revive: Revive): unknown {
  if (record.refs === null) return revive(record.value!);
  const valueOf = (key: string): unknown =>
    valueOfRecord(
      history.record(key) ?? bug(`"${record.key}" refers to "${key}", which is not recorded`),
      history,
      revive,
    );
  switch (record.refs.kind) {
    case "list":
      return record.refs.keys.map(valueOf);
    case "record":
      return Object.fromEntries(record.refs.entries.map(([name, key]) => [name, valueOf(key)]));
    case "one":
      return valueOf(record.refs.key);
  }
}

function notesOf(node: StepNode): StepNotes | null {
  const tags = tagsOf(node);
  const { attributes, description } = node.plan.options;
  if (tags.length === 0 && attributes === undefined && description === undefined) return null;
  return {
    ...(tags.length > 0 ? { tags } : {}),
    ...(attributes === undefined ? {} : { attributes }),
    ...(description === undefined ? {} : { description }),
  };
}
