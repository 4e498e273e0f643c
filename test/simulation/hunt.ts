// Looks for seeds that break a rule, and prints them as JSON. Run in a copy of the engine that has a fault.
import { checkSimulation } from "./simulation-checker.ts";
import { simulate } from "./simulation.ts";
import type { Catch } from "./mutated-copy.ts";
import { STORES, type StoreName } from "./simulation-stores.ts";

const [store, rule, from, seeds, wanted] = process.argv.slice(2) as [StoreName, string, string, string, string];
// What a fault makes a promise reject with is no end of the hunt: a process of a user would have ended, the simulation goes on.
process.on("unhandledRejection", () => {});

const { newPlace, end } = await STORES[store]();
const catches: Catch[] = [];
for (let seed = Number(from); seed < Number(from) + Number(seeds) && catches.length < Number(wanted); seed++) {
  const history = await simulate(String(seed), newPlace);
  const rules = [...new Set(checkSimulation(history).map((violation) => violation.rule))];
  if (rules.some((one) => one.startsWith(`${rule} `))) catches.push({ seed, length: history.entries.length, rules });
}
await end();
console.log(JSON.stringify(catches));
