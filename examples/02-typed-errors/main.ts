// Runs the steps of steps.ts, first with all services there, then with the second one away.
import { abstractSteps, checkedSteps, handledSteps, typedSteps } from "./steps.ts";
import { answers } from "./services.ts";

console.log("all services there");
console.log("  score", await typedSteps());

answers.isService2Away = true;
console.log("service 2 is away");
const { looked, goesOn, goesOnForOne, each } = handledSteps();
await looked.catch((error: Error) => console.log(`  it failed as before: ${error.name}`));
console.log("  goes on with", await goesOn);
console.log("  goes on with", await goesOnForOne);
console.log("  goes on with", await each);

const { abstract, asValue } = abstractSteps();
await abstract.catch((error: Error) => console.log(`  ${error.name}, caused by ${(error.cause as Error).name}`));
const result = await asValue;
if (!result.ok) console.log(`  as a value: ${result.error._tag}`);
await checkedSteps().catch((error: Error) => console.log(`  checked: ${error.name}`));
