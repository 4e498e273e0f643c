// `npm run simulate`: many simulations, or one with its story.
//
//   npm run simulate -- --seeds 20000             that many seeds
//   npm run simulate -- --seeds 1000 --from 5000  from this one on
//   npm run simulate -- --seed 42                 this one, with its story
//   npm run simulate -- --store postgres          on a Postgres, or in a database of SQLite: sqlite
import { parseArgs } from "node:util";
import { printFigure } from "../figures.ts";
import { checkSimulation, storyOf } from "./simulation-checker.ts";
import { differences, simulateAll } from "./simulation-campaign.ts";
import { simulate } from "./simulation.ts";
import type { NewPlace } from "./simulation-place.ts";
import { STORES, isStoreName } from "./simulation-stores.ts";

const MOST_FAILED = 5;
const TELL_EVERY = 1_000;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    store: { type: "string", default: "memory" },
  },
});

if (!isStoreName(values.store)) {
  console.error(`There is no store ${values.store}. There are: ${Object.keys(STORES).join(", ")}.`);
  process.exitCode = 2;
} else {
  const { newPlace, end } = await STORES[values.store]();
  process.exitCode =
    values.seed === undefined
      ? await many(Number(values.from), Number(values.seeds), newPlace)
      : await one(values.seed, newPlace);
  await end();
}

async function one(seed: string, newPlace: NewPlace): Promise<number> {
  const history = await simulate(seed, newPlace);
  const violations = [...checkSimulation(history), ...differences(history, await simulate(seed, newPlace))];
  console.log(storyOf(history, violations));
  return violations.length === 0 ? 0 : 1;
}

async function many(from: number, seeds: number, newPlace: NewPlace): Promise<number> {
  const startedMs = performance.now();
  const end = await simulateAll({ from, seeds, mostFailed: MOST_FAILED, newPlace }, (done) => {
    if (done % TELL_EVERY === 0) console.log(`${done} of ${seeds}`);
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  for (const [name, count] of Object.entries(end.sometimes)) printFigure(name, count);
  printFigure("seeds run twice, with the same course", end.repeated);
  printFigure("seeds", end.seeds);
  printFigure("seeds/s", end.seeds / seconds);
  printFigure("seeds with violations", end.failed.length);
  const [first] = end.failed;
  if (first !== undefined) console.log(storyOf(first.history, first.violations));
  for (const { history, violations } of end.failed)
    console.log(
      `seed ${history.seed}: ${violations[0]!.rule}: ${violations[0]!.run ?? ""} ${violations[0]!.text}`.slice(0, 400),
    );
  return end.failed.length === 0 ? 0 : 1;
}
