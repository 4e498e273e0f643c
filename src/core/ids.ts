// PORT Ids: nothing else in this package draws random numbers.
//
// Owns: random bytes drawn in advance, as drawing them costs more than the rest of a short run. Does not own: what ids are for.
// Called by: the apps and the engines.

/** Where ids and jitter come from. Replaced as a whole in tests and by the simulator. */
export interface Randomness {
  /** A number from 0 up to, not including, 1. */
  fraction(): number;
  /** `run_01K…`: the prefix, then 26 characters that sort by `nowMs` and cannot be guessed. */
  id(prefix: string, nowMs: number): string;
}

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 16;
const DRAWN_IDS = 128;

/** Each byte is used once, and is gone then. */
const drawn = new Uint8Array(DRAWN_IDS * RANDOM_CHARACTERS);
let used = drawn.length;

/** The platform's randomness. */
export const systemRandomness: Randomness = {
  fraction: () => Math.random(),
  id(prefix, nowMs) {
    let text = "";
    let rest = Math.floor(nowMs);
    for (let place = 0; place < TIME_CHARACTERS; place++) {
      text = ALPHABET[rest % 32] + text;
      rest = Math.floor(rest / 32);
    }
    for (let place = 0; place < RANDOM_CHARACTERS; place++) text += ALPHABET[nextByte() % 32];
    return `${prefix}_${text}`;
  },
};

function nextByte(): number {
  if (used === drawn.length) {
    crypto.getRandomValues(drawn);
    used = 0;
  }
  const byte = drawn[used]!;
  drawn[used++] = 0;
  return byte;
}
