// surefoot with generator bodies and `otel()`: a span for each step, under an SDK.
import { otel } from "../../../dist/otel.js";
import type { Contestant } from "../workloads.ts";
import { traced } from "./hand-written-span.ts";
import { surefootGenerator } from "./surefoot-generator.ts";
import { TIMED } from "./surefoot-setting.ts";

traced();
const { loop } = surefootGenerator({ ...TIMED, observers: [otel()] });
export default { loop } satisfies Contestant;
