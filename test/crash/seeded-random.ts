// Numbers that follow from a text: the same text gives the same numbers.

export interface SeededRandom {
  /** From 0 up to, not including, 1. */
  fraction(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** One of these, by weight. */
  pick<Item>(weighted: readonly (readonly [weight: number, item: Item])[]): Item;
}

export function seededRandom(seed: string): SeededRandom {
  let state = hash(seed);
  // mulberry32
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    fraction,
    between: (least, most) => least + Math.floor(fraction() * (most - least + 1)),
    pick(weighted) {
      let left = fraction() * weighted.reduce((sum, [weight]) => sum + weight, 0);
      const found = weighted.find(([weight]) => (left -= weight) < 0);
      return (found ?? weighted.at(-1)!)[1];
    },
  };
}

/** FNV-1a */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0)!, 0x01000193);
  return value;
}
