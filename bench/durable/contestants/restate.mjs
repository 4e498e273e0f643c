// Restate: its server keeps the journal and calls the service in this process. Sending starts a run at once.
import { setTimeout as pause } from "node:timers/promises";
import * as restate from "@restatedev/restate-sdk";
import * as clients from "@restatedev/restate-sdk-clients";
import { KINDS, carryOutBody } from "../bodies.ts";
import { inParallel } from "../engine.ts";

const SENDERS = 32;

/** @type {import("../engine.ts").Contestant} */
const open = ({ restate: { ingress, admin, servicePort }, isRestart }) => {
  const handlers = Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      (ctx, input) =>
        carryOutBody(
          kind,
          input,
          (name, act) => ctx.run(name, act),
          (untilMs) => ctx.sleep(Math.max(0, untilMs - Date.now())),
        ),
    ]),
  );
  const service = restate.service({ name: "bench", handlers });
  const client = clients.connect({ url: ingress });
  const post = (path, body) =>
    fetch(`${admin}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
    });
  let sent = 0;
  const serve = async () => {
    await restate.serve({ services: [service], port: servicePort });
    if (isRestart) return;
    const answer = await post("/deployments", { uri: `http://127.0.0.1:${servicePort}`, force: true });
    if (!answer.ok) throw new Error(await answer.text());
  };
  return {
    sendingStarts: true,
    prepare: async () => {
      while (
        !(await fetch(`${admin}/health`).then(
          ({ ok }) => ok,
          () => false,
        ))
      )
        await pause(50);
    },
    start: serve,
    send: async (kind, inputs) => {
      await inParallel(inputs, SENDERS, (input) => client.serviceSendClient(service)[kind](input));
      sent += inputs.length;
    },
    ask: (kind, input) => client.serviceClient(service)[kind](input),
    // What is completed is forgotten at once: what is not there any more is completed.
    completed: async () => {
      const answer = await post("/query", {
        query: "select count(*) as count from sys_invocation where status <> 'completed'",
      });
      const { rows } = await answer.json();
      return sent - Number(rows[0].count);
    },
    stop: async () => {},
  };
};
export default open;
