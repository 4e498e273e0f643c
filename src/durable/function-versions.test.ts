// function-versions.ts: what a worker shows of its code.
import { expect, it } from "vitest";
import type { FunctionDefinition } from "../core/function.ts";
import { versionsOf } from "./function-versions.ts";

it("a function without a version is not among them, and names are no prototypes", () => {
  const functions = [
    { key: "app/a", options: { version: "2026-11" } },
    { key: "app/b", options: {} },
    { key: "__proto__", options: { version: "1" } },
  ] as unknown as FunctionDefinition[];
  const versions = versionsOf(functions);
  expect(Object.entries(versions)).toEqual([
    ["app/a", "2026-11"],
    ["__proto__", "1"],
  ]);
  expect(Object.getPrototypeOf(versions)).toBe(Object.prototype);
});
