// A look of a store that has none, made of the verbs that it stands for. For tests of who looks.
import type { Look, Store } from "../durable/store.ts";

export async function lookByVerbs(
  store: Store,
  { isBeating, accepting, ...claim }: Parameters<NonNullable<Store["look"]>>[0],
): Promise<Look> {
  const accepted = accepting === undefined ? undefined : { accepted: await store.accept(accepting) };
  if (isBeating) await store.beat(claim);
  const claimed = claim.limit > 0 ? await store.claim(claim) : [];
  const workers = await store.workers();
  return {
    ...accepted,
    isAlive: workers.some(({ incarnation }) => incarnation === claim.incarnation),
    claimed,
    workers,
    requests: await store.requests(claim),
    arrivals: await store.arrivals(claim),
    dueSchedules: await store.dueSchedules(claim),
    nextDueMs: await store.nextDueMs(claim),
    hasPosted: false,
  };
}
