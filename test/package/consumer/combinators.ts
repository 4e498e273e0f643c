// all, map, race, sleeps, and the options that add to the failures.
import { step, type Step, type StepInterruptedError, type StepTimeoutError, type StepTools } from "surefoot";
import { Service1Error, Service2Error, UserError, ask1, charge, type Charge } from "./billing.ts";
import { hasType } from "./same-type.ts";

const one = () => step.run("Ask 1", ask1).possibleError(Service1Error);

hasType<Step<[number, string, boolean], Service1Error | Service2Error>>()(
  step.all([
    one(),
    step.run("Two", () => "two").possibleError(Service2Error),
    async (inner: StepTools) => inner.number.length > 1,
  ]),
);
export const record = step.all("Together", {
  a: one(),
  b: function* (inner: StepTools) {
    yield* inner.run("Ask", ask1).possibleError(Service2Error);
    return new Date();
  },
  c: () => "c",
});
hasType<Step<{ a: number; b: Date; c: string }, Service1Error | Service2Error>>()(record);
export const readsContext = step.all([(inner) => inner.context.userId, (inner) => inner.signal.aborted]);
hasType<Step<[string | undefined, boolean], never>>()(readsContext);
hasType<Step<[], never>>()(step.all([]));

export const mapped = step.map(
  "Charge all",
  [{ amount: 1 }, { amount: 2 }],
  function* (item, inner, index) {
    hasType<{ amount: number }>()(item);
    hasType<number>()(index);
    return yield* inner.run("Charge", () => charge(item.amount)).possibleError(UserError);
  },
  { concurrency: 5, key: (item) => String(item.amount) },
);
hasType<Step<Charge[], UserError>>()(mapped);
hasType<Step<string[], never>>()(step.map(new Set([1, 2]), async (n) => String(n)));
hasType<Step<number[], Service1Error>>()(step.map([1], () => one()));

hasType<Step<number | string, Service1Error>>()(step.race([one(), () => "fast"]));
hasType<Step<number | void, Service1Error>>()(step.race("First", { answer: one(), late: step.sleep("5s") }));

hasType<Step<void, never>>()(step.sleep("1h30m"));
hasType<Step<void, never>>()(step.sleep("Cool down", 1500));
hasType<Step<void, never>>()(step.sleepUntil(new Date(0)));
hasType<Step<void, never>>()(step.sleepUntil("Due", "2026-12-01"));
/** Temporal by its shape alone: there may be no such types here. */
hasType<Step<void, never>>()(step.sleep({ total: () => 5 }));
hasType<Step<void, never>>()(step.sleepUntil({ epochMilliseconds: 5 }));

hasType<Step<never, UserError>>()(step.fail(new UserError()));

hasType<Step<number, StepTimeoutError>>()(step.run({ name: "Ask", timeout: "5s" }, ask1));
declare const maybeTimed: { readonly name: string; readonly timeout?: string };
hasType<Step<number, StepTimeoutError>>()(step.run(maybeTimed, ask1));
hasType<Step<number, StepInterruptedError>>()(step.run({ id: "ask", atMostOnce: true }, ask1));
hasType<Step<number, never>>()(step.run({ name: "Ask", retries: 0, tags: ["x"], attributes: { a: 1 } }, ask1));

hasType<Step<string, never>>()(step.run("Charge", (id: string, n: number) => id.repeat(n), "a", 2));
hasType<Step<number, never>>()(step.run(ask1));
hasType<Step<number, never>>()(step.run({ name: "Charge" }, async (n: number) => n, 2));

/** In a service function, without a parameter; and in a class. */
export async function service(): Promise<number> {
  return step.run("Ask", ask1);
}
export class Service {
  charge(inner: StepTools, amount: number) {
    return inner.run("Charge", () => charge(amount)).possibleError(UserError);
  }
  readonly both = step.run("Both", (inner) => this.charge(inner, 5));
}
hasType<Step<Charge, UserError>>()(new Service().both);
