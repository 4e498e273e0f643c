// A request handler without a store: the same code, typed and observed, for a caller who waits.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createApp, statusOf, type Observer } from "surefoot";
import { quote } from "./quote.ts";

// The product's analytics: told of every step, with the business context on it.
const analytics: Observer = {
  onStepEnd: ({ number, name, outcome, context }) =>
    console.log(`  analytics: ${number} ${name} ${outcome} for ${context.userId} at ${context.endpoint}`),
};
const app = createApp({ name: "shop", observers: [analytics] });
const quoteFunction = app.createFunction({ name: "Quote" }, { event: "shop/quote.asked" }, quote);

const server = createServer((request, response) => void answer(request, response));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const product = new URL(request.url ?? "/", "http://shop.example").searchParams.get("product");
  const result = await app
    .run(quoteFunction, {
      data: { product },
      context: { userId: String(request.headers["x-user"]), endpoint: `${request.method} /quote` },
    })
    .result();
  // The failure is typed: ProductUnknown | StockError, or an UnexpectedError.
  const status = result.ok ? 200 : (statusOf(result.error) ?? 500);
  const body = result.ok ? { price: result.value } : { error: result.error._tag };
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
for (const product of ["lamp", "unicorn", "sofa"]) {
  const given = await fetch(`http://127.0.0.1:${port}/quote?product=${product}`, { headers: { "x-user": "u-7" } });
  console.log(product, given.status, await given.text());
}
server.close();
