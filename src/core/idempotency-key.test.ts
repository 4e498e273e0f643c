import { expect, it } from "vitest";
import { idempotencyKey } from "./idempotency-key.ts";
import { childKey, escapeName } from "./step-key.ts";

const keyOf = (parent: string, name: string, occurrence: number) => childKey(parent, escapeName(name), occurrence);

const RUN = "run_01kdvdna00adprh1vtd7hhnk0x";

it("names the run and the step", () => {
  expect(idempotencyKey(RUN, "Charge/Ask#2")).toBe(`${RUN}:Charge/Ask#2`);
  expect(idempotencyKey(RUN, "")).toBe(`${RUN}:`);
});

it("is printable ASCII of at most 255 characters, whatever the names are", () => {
  for (const name of ["Überweisung", "足", "🦶", "a\nb", "\ud800", "x".repeat(10_000), "足".repeat(100), "~u8db3"]) {
    const key = idempotencyKey(RUN, keyOf("", name, 1));
    expect(key).toMatch(/^[ -~]{1,255}$/);
  }
});

it("is another for each step, also where names are long or look like an escape", () => {
  const long = "x".repeat(300);
  const names = ["足", "~u8db3", "u8db3", long, `${long}y`, `y${long}`, "é", "e\u0301"];
  const keys = names.map((name) => idempotencyKey(RUN, keyOf("", name, 1)));
  expect(new Set(keys).size).toBe(names.length);
  expect(idempotencyKey("run_a", "Charge")).not.toBe(idempotencyKey("run_b", "Charge"));
});
