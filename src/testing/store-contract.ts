// The contract of the port durable/store.ts, as named cases. A store is done when they all pass, on an empty place each.
//
// They need no test runner: for (const { name, check } of storeContract) test(name, () => check(openStore)).
import { acceptCases } from "./accept-contract.ts";
import { arrivalCases } from "./arrival-contract.ts";
import { cancelCases } from "./cancel-contract.ts";
import { commitCases } from "./commit-contract.ts";
import { pauseCases } from "./pause-contract.ts";
import { poisonCases } from "./poison-contract.ts";
import { readingCases } from "./reading-contract.ts";
import { replayAndPruneCases } from "./replay-contract.ts";
import { scheduleCases } from "./schedule-contract.ts";
import type { StoreCase } from "./store-case.ts";
import { turnCases } from "./turn-contract.ts";
import { workerAndClaimCases } from "./worker-contract.ts";

/** All that whoever asks a store may rely on. */
export const storeContract: readonly StoreCase[] = [
  ...acceptCases,
  ...workerAndClaimCases,
  ...turnCases,
  ...commitCases,
  ...cancelCases,
  ...pauseCases,
  ...poisonCases,
  ...arrivalCases,
  ...scheduleCases,
  ...replayAndPruneCases,
  ...readingCases,
];
export type { OpenStore, StoreCase } from "./store-case.ts";
