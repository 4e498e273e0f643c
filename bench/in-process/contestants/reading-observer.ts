// An observer that reads every field of every hook, as one that exports spans would: what is made only when it is asked for
// is made here. `checks/unread-fields.ts` holds it against what there is to read.
import type { ObservedRun, ObservedStep, Observer } from "../../../dist/index.js";

/** What was read, as a number. Somebody might look, so that no read is optimized away; nothing is kept, so that it costs little. */
export const read = { size: 0 };

export const readingObserver: Required<Observer> = {
  onRunStart(run) {
    read.size += sizeOfRun(run);
  },
  onRunEnd(run) {
    const size = run.outcome.length + presence(run.error) + Math.trunc(run.duration) + presence(run.startedAt);
    read.size += sizeOfRun(run) + size;
  },
  onRunResume(run) {
    read.size += sizeOfRun(run) + run.reason.length + presence(run.from) + run.openSteps.length;
  },
  onRunSuspend(run) {
    read.size += sizeOfRun(run) + run.reason.length + presence(run.dueAt);
  },
  onRunPause(run) {
    read.size += sizeOfRun(run) + run.difference.length;
  },
  onStepStart(step) {
    read.size += sizeOfStep(step);
  },
  onStepAttempt(step) {
    const { attempt, error, duration, retryAt } = step;
    read.size += sizeOfStep(step) + attempt + presence(error) + Math.trunc(duration) + presence(retryAt);
  },
  onStepEnd(step) {
    const { attempts, outcome, error, duration, isComposite } = step;
    const size = attempts + outcome.length + presence(error) + Math.trunc(duration) + (isComposite ? 1 : 0);
    read.size += sizeOfStep(step) + size;
  },
  onLog({ run, number, name, path, attempt, tags, level, message, fields, trace }) {
    const size = number.length + name.length + path.length + tags.length + level.length + message.length;
    read.size += sizeOfRun(run) + size + attempt + presence(fields) + presence(trace);
  },
};

function sizeOfRun({ id, function: { id: functionId, name }, event, context, redact }: ObservedRun): number {
  const size = id.length + functionId.length + name.length + event.id.length + event.name.length + event.ts;
  return size + presence(context) + presence(redact);
}

function sizeOfStep(step: ObservedStep): number {
  const { handle, number, name, path, kind, tags, attributes, description, context, dueAt, attemptsAllowed } = step;
  const size = number.length + name.length + path.length + kind.length + tags.length + attemptsAllowed;
  const known = presence(handle) + presence(attributes) + presence(description) + presence(context) + presence(dueAt);
  return sizeOfRun(step.run) + size + known;
}

function presence(value: unknown): number {
  return value === undefined ? 0 : 1;
}
