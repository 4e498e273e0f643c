// The composite step of the demo: its type holds exactly its five errors, all of them inferred.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stepTypeIn } from "./step-type.ts";

const file = "examples/01-payments/handle-payments.ts";

test('"Charge" can fail with exactly the five errors that its body and its chain name', () => {
  expect(stepTypeIn(file, "Charge")).toBe(
    "Step<Charge, AccountFrozen | CardDeclined | InvalidAmount | NoCardOnFile | OverLimit>",
  );
});

test("the comment above it says so", () => {
  const comment = /\/\/ Step<Charge, (.*)>/.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  const members = comment.split(" | ").toSorted((a, b) => a.localeCompare(b));
  expect(`Step<Charge, ${members.join(" | ")}>`).toBe(stepTypeIn(file, "Charge"));
});

test('a receipt that bounces is recovered: "Send receipt" cannot fail', () => {
  expect(stepTypeIn(file, "Send receipt")).toBe("Step<string | undefined, never>");
});
