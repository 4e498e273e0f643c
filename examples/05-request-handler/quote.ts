import { TaggedError, type HandlerInput, type ReceivedEvent } from "surefoot";

export class ProductUnknown extends TaggedError("ProductUnknown", { status: 404 })<{ product: string }> {}
export class StockError extends TaggedError("StockError", { status: 503 }) {}

const PRICES: Readonly<Record<string, number>> = { lamp: 40, sofa: 900 };

type Asked = ReceivedEvent<"shop/quote.asked", { product: string }>;

/** The handler: what it returns and how it can fail is inferred from its steps. */
export function* quote({ event, step }: HandlerInput<Asked>) {
  const { product } = event.data;
  const price = PRICES[product];
  if (price === undefined) throw yield* new ProductUnknown({ product });
  const isThere = yield* step.run("Ask stock", async () => askStock(product)).possibleError(StockError);
  return isThere ? price : price * 2;
}

function askStock(product: string): boolean {
  if (product === "sofa") throw new StockError();
  return true;
}
