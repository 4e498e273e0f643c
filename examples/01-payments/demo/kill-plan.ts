// When the worker is killed: at moments that are spread over the work, two of each kind, drawn from the seed.

export type Moment = "charge" | "mail" | "any";

export interface Kill {
  /** The charges that must be on the ledger before it. */
  readonly charges: number;
  /** At once after a charge or a mail, before the worker hears of it; or at any time. */
  readonly moment: Moment;
  /** How long after, for "any". */
  readonly delayMs: number;
}

const MOMENTS: readonly Moment[] = ["charge", "mail", "any", "charge", "mail", "any"];
/** The first invoice is left in peace. */
const FIRST_CHARGE = 2;
/** Left for the end, so that the last kill still finds work under way. */
const LAST_CHARGES = 6;
const LONGEST_DELAY_MS = 150;

export function drawKills(charges: number, random: () => number): Kill[] {
  const stretch = (charges - LAST_CHARGES) / MOMENTS.length;
  return shuffled(MOMENTS, random).map((moment, place) => ({
    charges: FIRST_CHARGE + Math.floor((place + random()) * stretch),
    moment,
    delayMs: random() * LONGEST_DELAY_MS,
  }));
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const drawn = items.map((item) => ({ item, place: random() }));
  return drawn.toSorted((a, b) => a.place - b.place).map(({ item }) => item);
}
