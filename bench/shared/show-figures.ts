// Figures as people read them. Pure.

const TIME_UNITS = [
  ["ns", 1],
  ["µs", 1e3],
  ["ms", 1e6],
  ["s", 1e9],
] as const;
const FEWEST_WHOLE = 100;
const ONE_DECIMAL_BELOW = 10;

/** Three digits that count: `146 ns`, `13.4 µs`, `1.56 ms`. */
export function showDuration(ns: number): string {
  const rounded = Number(ns.toPrecision(3));
  const [unit, size] = TIME_UNITS.findLast((one) => rounded >= one[1]) ?? TIME_UNITS[0];
  const value = rounded / size;
  return `${value >= FEWEST_WHOLE ? Math.round(value) : value.toPrecision(3)} ${unit}`;
}

/** `1.0×`, `9.4×`, `92×`, `1,234×`. */
export function showRatio(ratio: number): string {
  return `${ratio < ONE_DECIMAL_BELOW ? ratio.toFixed(1) : showCount(Math.round(ratio))}×`;
}

/** `12 %` */
export function showShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `812 bytes`. What is less than a tenth of a byte is noise. */
export function showBytes(bytes: number): string {
  return `${Math.abs(bytes) < ONE_DECIMAL_BELOW ? Math.abs(Number(bytes.toFixed(1))) : showCount(Math.round(bytes))} bytes`;
}

/** `100,000` */
export function showCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
