// Substeps and context: a service function adds steps to whatever calls it, and every step reads the business context.
import { createApp, eventType } from "surefoot";
import { signUp } from "./sign-up.ts";

const signedUp = eventType("app/user.signed-up");

// Without a store everything runs in this process; `story: true` tells it all the same.
const app = createApp({ name: "accounts", events: [signedUp], story: true });

const welcome = app.createFunction({ name: "Welcome", tags: ["growth"] }, signedUp, function* ({ event, step }) {
  const account = yield* step.run("Create account", () => signUp(event.data.plan));
  // Branches of `all` are children of their own: names in them never mix.
  const { mail, crm } = yield* step.all("Tell everyone", {
    mail: (step) => step.run("Send", async () => `mail to ${step.context.userEmail}`),
    crm: (step) => step.run("Send", async () => `${step.number} ${step.path}`),
  });
  return { account, mail, crm };
});

const result = await app.run(welcome, {
  data: { plan: "team" },
  user: { id: "u-7", email: "ada@example.com" },
  context: { endpoint: "POST /sign-up", formData: { plan: "team" } },
});
console.log(result);
