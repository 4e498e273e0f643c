// surefoot with async bodies, where the declared failure is of a tagged class.
import { ServiceDown, failingTagged } from "./service-down.ts";
import { surefootAsync } from "./surefoot-async.ts";
import { TIMED } from "./surefoot-setting.ts";

export default surefootAsync({
  ...TIMED,
  Failure: ServiceDown,
  bodies: { ...TIMED.bodies, failing: failingTagged },
});
