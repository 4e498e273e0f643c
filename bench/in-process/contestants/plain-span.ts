// Plain async with a span around each call, by hand.
import type { Contestant } from "../workloads.ts";
import { spannedLoop, traced } from "./hand-written-span.ts";

export default { loop: spannedLoop(traced()) } satisfies Contestant;
