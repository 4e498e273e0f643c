// The failure of `recovered` as surefoot's users declare it: an error class with a tag.
import { TaggedError } from "../../../dist/index.js";
import { CALLS, deeply, type Event } from "../workloads.ts";

export class ServiceDown extends TaggedError("ServiceDown", { message: "service failed" })<{ code: number }> {}

export const failingTagged = async (event: Event): Promise<number> => deeply(CALLS, () => fail(event));

function fail({ n }: Event): never {
  throw new ServiceDown({ code: n });
}
