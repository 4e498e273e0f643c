// How a function is told of its end, what ends it, and what its steps are told of interruptions and of change.
import {
  createApp,
  eventType,
  StepInterruptedError,
  type FailureInput,
  type ReceivedEvent,
  type RunStatus,
} from "surefoot";
import { hasType } from "./same-type.ts";

const app = createApp({ name: "works" });
const cancelled = eventType("order.cancelled");

app.createFunction(
  {
    name: "Ship",
    cancelOn: [{ event: cancelled, match: "data.orderId" }, { event: "shop.closed" }],
    onFailure: (input) => {
      hasType<FailureInput>()(input);
      hasType<Error>()(input.error);
      hasType<ReceivedEvent>()(input.event);
      hasType<string>()(input.runId);
      return input.step.run("Tell support", () => input.error.message);
    },
  },
  { event: "order.placed" },
  function* ({ step }) {
    const isNew = yield* step.patched("check-limits");
    hasType<boolean>()(isNew);
    return isNew ? yield* step.run("Check the limits", () => 1) : 0;
  },
);

const payOut = app.createFunction({ name: "Pay out" }, { event: "payout.due" }, function* ({ step }) {
  return yield* step
    .run({ name: "Transfer", atMostOnce: true }, () => "transferred" as const)
    .possibleError(StepInterruptedError);
});

export async function send(): Promise<boolean> {
  const { ids } = await app.send([
    { name: "payout.due", id: "payout-1", ts: Date.now() + 60_000 },
    { name: "payout.due" },
  ]);
  hasType<string[]>()(ids);
  const run = app.run(payOut, { id: "payout-2" });
  const result = await run.result();
  if (result.ok) hasType<"transferred">()(result.value);
  else if (result.error instanceof StepInterruptedError) hasType<StepInterruptedError>()(result.error);
  hasType<boolean>()(await app.cancel(run.id));
  const putAside: RunStatus = "quarantined";
  return (await app.runs.get(run.id))?.status === putAside;
}
