// Numbers in order.
//
// Owns: an array and where it begins. Does not own: what the numbers mean.
// Called by: core/replay.

/** Numbers in ascending order. Cheap where they mostly arrive ascending and leave at the front. */
export class SortedNumbers {
  #numbers: number[];
  #head = 0;

  constructor(numbers: readonly number[] = []) {
    this.#numbers = numbers.length === 0 ? [] : numbers.toSorted((left, right) => left - right);
  }
  get first(): number | undefined {
    return this.#numbers[this.#head];
  }
  get size(): number {
    return this.#numbers.length - this.#head;
  }
  toArray(): readonly number[] {
    return this.#numbers.slice(this.#head);
  }

  add(number: number): void {
    const last = this.#numbers.at(-1);
    if (last === undefined || last <= number) this.#numbers.push(number);
    else this.#numbers.splice(this.#placeOf(number), 0, number);
  }
  remove(number: number): void {
    const place = this.#placeOf(number);
    if (this.#numbers[place] !== number) return;
    if (place > this.#head) this.#numbers.splice(place, 1);
    else if (++this.#head > 64 && this.#head * 2 > this.#numbers.length) this.#compact();
  }
  clear(): void {
    this.#numbers = [];
    this.#head = 0;
  }

  /** Where the number is, or would be. */
  #placeOf(number: number): number {
    let low = this.#head;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#numbers[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  #compact(): void {
    this.#numbers = this.#numbers.slice(this.#head);
    this.#head = 0;
  }
}
