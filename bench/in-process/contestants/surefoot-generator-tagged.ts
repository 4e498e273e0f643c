// surefoot with generator bodies, where the declared failure is of a tagged class.
import { ServiceDown, failingTagged } from "./service-down.ts";
import { surefootGenerator } from "./surefoot-generator.ts";
import { TIMED } from "./surefoot-setting.ts";

export default surefootGenerator({
  ...TIMED,
  Failure: ServiceDown,
  bodies: { ...TIMED.bodies, failing: failingTagged },
});
