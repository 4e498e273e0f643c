// surefoot with generator bodies and one observer that reads everything it is told.
import { readingObserver } from "./reading-observer.ts";
import { surefootGenerator } from "./surefoot-generator.ts";
import { TIMED } from "./surefoot-setting.ts";

export default surefootGenerator({ ...TIMED, observers: [readingObserver] });
