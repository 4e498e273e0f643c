// The contract of the port core/engine.ts, as named cases. An engine is done when they all pass, on a new run each.
//
// They need no test runner: for (const { name, check } of engineContract) test(name, () => check(newEngine)).
import type { EngineCase } from "./engine-case.ts";
import { recordCases } from "./engine-record-contract.ts";
import { retryCases } from "./engine-retry-contract.ts";
import { waitCases } from "./engine-wait-contract.ts";

/** All that carry-out relies on. Where a journal makes an engine do more, that is tested beside it. */
export const engineContract: readonly EngineCase[] = [...recordCases, ...waitCases, ...retryCases];
export type { EngineCase, NewEngine } from "./engine-case.ts";
