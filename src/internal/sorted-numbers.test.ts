import { expect, it } from "vitest";
import { SortedNumbers } from "./sorted-numbers.ts";

it("is in order, whatever order it was given", () => {
  const numbers = new SortedNumbers([3, 1, 2]);
  expect([numbers.first, numbers.size, numbers.toArray()]).toEqual([1, 3, [1, 2, 3]]);
  numbers.add(0);
  numbers.add(9);
  numbers.add(5);
  expect(numbers.toArray()).toEqual([0, 1, 2, 3, 5, 9]);
});

it("takes a number away wherever it is, and is not disturbed by one that is not there", () => {
  const numbers = new SortedNumbers([1, 2, 3, 4]);
  numbers.remove(3);
  numbers.remove(7);
  numbers.remove(1);
  numbers.remove(1);
  expect(numbers.toArray()).toEqual([2, 4]);
  expect([numbers.first, numbers.size]).toEqual([2, 2]);
});

it("keeps a number as often as it was given", () => {
  const numbers = new SortedNumbers([2, 2]);
  numbers.add(2);
  numbers.remove(2);
  expect(numbers.toArray()).toEqual([2, 2]);
});

it("is empty again after clear, and can be used on", () => {
  const numbers = new SortedNumbers([1, 2]);
  numbers.remove(1);
  numbers.clear();
  expect([numbers.first, numbers.size, numbers.toArray()]).toEqual([undefined, 0, []]);
  numbers.add(4);
  expect(numbers.first).toBe(4);
});

it("does not change what it was made of", () => {
  const given = [3, 1];
  const numbers = new SortedNumbers(given);
  numbers.add(2);
  numbers.remove(3);
  expect(given).toEqual([3, 1]);
});

it("agrees with a plain array over many arrivals and departures at the front", () => {
  const numbers = new SortedNumbers();
  let model: number[] = [];
  for (let round = 0; round < 1_000; round++) {
    const number = (round * 7919) % 503;
    numbers.add(number);
    model = [...model, number].toSorted((left, right) => left - right);
    if (round % 3 !== 0) {
      const leaving = round % 5 === 0 ? model.at(-1)! : model[0]!;
      numbers.remove(leaving);
      model.splice(model.indexOf(leaving), 1);
    }
    expect(numbers.first).toBe(model[0]);
  }
  expect(numbers.toArray()).toEqual(model);
});
