// surefoot with generator bodies and `otel()`, where no SDK is set up.
import { otel } from "../../../dist/otel.js";
import type { Contestant } from "../workloads.ts";
import { surefootGenerator } from "./surefoot-generator.ts";
import { TIMED } from "./surefoot-setting.ts";

const { loop } = surefootGenerator({ ...TIMED, observers: [otel()] });
export default { loop } satisfies Contestant;
