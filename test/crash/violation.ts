// What a check found.

export interface Violation {
  /** The rule that was broken. */
  readonly rule: string;
  /** The run in which it was, if it was in one. */
  readonly run: string | undefined;
  readonly text: string;
}

/** Gathers the violations of one rule. */
export function violationsOf(
  rule: string,
  find: (report: (run: string | undefined, text: string) => void) => void,
): Violation[] {
  const found: Violation[] = [];
  find((run, text) => void found.push({ rule, run, text }));
  return found;
}

export function groupBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
