// How the room that a worker has is shared between the functions whose runs are due. Pure.
import type { RunRecord } from "./journal.ts";

/** What a worker has of a function. */
export interface Share {
  readonly functionId: string;
  /** How many of its runs are in memory there. */
  readonly atWork: number;
  /** The worker's claim that gave it a run last, counted from 1. 0: none has. */
  readonly lastTurn: number;
}

/** The due runs of a function. */
export interface Queue<Run> {
  readonly functionId: string;
  /** How many more of its runs may be at work, over all workers. */
  readonly room: number;
  /** The first to be due first. Read no further than needed. */
  readonly runs: Iterable<Run>;
}

interface Line<Run> {
  head: Run;
  atWork: number;
  room: number;
  readonly lastTurn: number;
  readonly rest: Iterator<Run>;
}
type Due = Pick<RunRecord, "dueMs" | "position">;

/**
 * Whose turn it is, one by one: the function of which the worker has the fewest, of those the one that has waited longest for a
 * turn, of those the one whose run was due first.
 */
export function fairShare<Run extends Due>(
  queues: readonly Queue<Run>[],
  shares: readonly Share[],
  limit: number,
): Run[] {
  const lines = queues.flatMap((queue) => lineOf(queue, shares));
  const taken: Run[] = [];
  while (lines.length > 0) {
    const next = lines.reduce((first, line) => (compareLines(line, first) < 0 ? line : first));
    taken.push(next.head);
    if (taken.length === limit) break;
    if (!moveOn(next)) lines.splice(lines.indexOf(next), 1);
  }
  return taken;
}

function lineOf<Run>({ functionId, room, runs }: Queue<Run>, shares: readonly Share[]): Line<Run>[] {
  if (room <= 0) return [];
  const rest = runs[Symbol.iterator]();
  const first = rest.next();
  if (first.done === true) return [];
  const { atWork = 0, lastTurn = 0 } = shares.find((share) => share.functionId === functionId) ?? {};
  return [{ head: first.value, atWork, room, lastTurn, rest }];
}

/** Its head was taken. False: it has no more that may be. */
function moveOn<Run>(line: Line<Run>): boolean {
  line.atWork++;
  line.room--;
  if (line.room === 0) return false;
  const next = line.rest.next();
  if (next.done !== true) line.head = next.value;
  return next.done !== true;
}

function compareLines<Run extends Due>(left: Line<Run>, right: Line<Run>): number {
  return (
    left.atWork - right.atWork ||
    left.lastTurn - right.lastTurn ||
    left.head.dueMs! - right.head.dueMs! ||
    left.head.position - right.head.position
  );
}
