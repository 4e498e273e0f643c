import { step } from "surefoot";

/** A service function like any other. No step is handed to it: the imported one finds the step that is running. */
export async function signUp(plan: string): Promise<{ id: string; seats: number }> {
  const id = await step.run("Reserve id", async () => `account-of-${step.context.userId}`);
  const seats = await step.run({ name: "Book seats", tags: ["billing"] }, () => seatsOf(plan));
  step.log.info(`from ${step.context.endpoint}`);
  return { id, seats };
}

async function seatsOf(plan: string): Promise<number> {
  // Three levels down, and outside of any body: the context is the same.
  const { plan: asked } = step.context.formData;
  return plan === "team" && asked === plan ? 5 : 1;
}
