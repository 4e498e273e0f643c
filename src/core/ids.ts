// PORT Ids: nothing else in this package draws random numbers.

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
    for (const byte of crypto.getRandomValues(new Uint8Array(RANDOM_CHARACTERS))) text += ALPHABET[byte % 32];
    return `${prefix}_${text}`;
  },
};
