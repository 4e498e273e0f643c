// Numbers: labels for people (N6). Pure.

/** `2.1`: the number of a parent's n-th step. The function itself has the number `""`. */
export function childNumber(parentNumber: string, ordinal: number): string {
  return parentNumber === "" ? String(ordinal) : `${parentNumber}.${ordinal}`;
}

/** Orders numbers as people count: 2 before 10, 2 before 2.1. */
export function compareNumbers(left: string, right: string): number {
  const lefts = left === "" ? [] : left.split(".");
  const rights = right === "" ? [] : right.split(".");
  for (let place = 0; place < Math.min(lefts.length, rights.length); place++) {
    const difference = Number(lefts[place]) - Number(rights[place]);
    if (difference !== 0) return difference;
  }
  return lefts.length - rights.length;
}
