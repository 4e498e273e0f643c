import { expect, it } from "vitest";
import { digest128 } from "./digest.ts";

it("is 32 hexadecimal characters, the same for the same text", () => {
  for (const text of ["", "a", "🦶", "x".repeat(100_000)]) {
    expect(digest128(text)).toMatch(/^[0-9a-f]{32}$/);
    expect(digest128(text)).toBe(digest128(text));
  }
});

it("does not change from version to version: it is compared with what a journal keeps", () => {
  expect([digest128(""), digest128("surefoot")]).toMatchInlineSnapshot(`
    [
      "1f2be474bd726ea75bbaf0d6f9c17b01",
      "dc76850de0f406bac4b446ab74c63560",
    ]
  `);
});

it("tells texts apart that differ little", () => {
  const texts = Array.from({ length: 20_000 }, (_nothing, place) => `[["invoice-${place}",${place % 7}]]`);
  expect(new Set(texts.map(digest128)).size).toBe(texts.length);
  expect(digest128("ab")).not.toBe(digest128("ba"));
  expect(digest128("a\u0000")).not.toBe(digest128("a"));
});
