// What a run recorded against what the code now asks for, in words. Pure.
import type { StepNode } from "../core/step-tree.ts";
import type { RunHistory } from "./journal-fold.ts";
import type { StepRecord } from "./journal.ts";
import { inputDigest } from "./step-record.ts";

interface NamedStep {
  readonly number: string;
  readonly name: string;
}

interface WantedStep extends NamedStep {
  readonly key: string;
  readonly kind: string;
  /** Of its inputs; null where there are none. */
  readonly digest: string | null;
}

const MOST_LISTED = 5;

/** What was recorded that nobody asks for. */
interface Unasked {
  /** By their sequence numbers. */
  readonly outcomes: readonly number[];
  /** The keys of steps that had begun and have no outcome. */
  readonly begun: readonly string[];
}

/** `recorded: 2 Charge; the code now asks for: 2 Charge card`, for what nobody asks for, and what the code is at instead. */
export function mismatchText(history: RunHistory, unasked: Unasked, open: readonly WantedStep[]): string {
  const sequences = new Set(unasked.outcomes);
  const ended = [...history.records()]
    .filter(({ sequence }) => sequence !== null && sequences.has(sequence))
    .toSorted((left, right) => left.sequence! - right.sequence!);
  // Behind outcomes that the code has not come by, nobody can tell what it will ask for.
  const begun = (ended.length > 0 ? [] : unasked.begun).map((key) => history.record(key)!);
  const recorded = [...ended, ...begun.map(({ number, name }) => ({ number, name: `${name} (begun)` }))];
  const wanted = open.filter(({ key }) => history.record(key) === undefined && !history.isEntered(key));
  const ending = open.length === 0 ? "ends" : `goes on without ${recorded.length === 1 ? "it" : "them"}`;
  return `recorded: ${list(recorded)}; the code now ${wanted.length === 0 ? ending : `asks for: ${list(wanted)}`}`;
}

/** Why a record and a step of one key cannot be the same step; undefined if they can. */
export function contradictionText(record: StepRecord, step: WantedStep): string | undefined {
  if (record.kind !== step.kind) return contradiction(step, record.kind, step.kind);
  const hasOtherInputs = record.digest !== null && step.digest !== null && record.digest !== step.digest;
  return hasOtherInputs ? contradiction(step, "with other inputs", "with these inputs") : undefined;
}

function contradiction({ number, name }: NamedStep, recorded: string, wanted: string): string {
  return `recorded: ${number} ${name} (${recorded}); the code now asks for: ${number} ${name} (${wanted})`;
}

function list(steps: readonly NamedStep[]): string {
  const named = steps.slice(0, MOST_LISTED).map(({ number, name }) => `${number} ${name}`.trim());
  return steps.length > MOST_LISTED ? `${named.join(", ")} and ${steps.length - MOST_LISTED} more` : named.join(", ");
}

/** A step that code asks for, as far as it can fit or not. */
export function wantedStep(node: StepNode): WantedStep {
  const { key, number, name, plan } = node;
  return { key, number, name, kind: plan.kind, digest: inputDigest(node) };
}
