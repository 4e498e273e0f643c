import { expect, it } from "vitest";
import { InvalidDefinitionError } from "../core/errors.ts";
import { payloadBytes } from "./payload-size.ts";

it.each([
  [1, 1],
  [65_536, 65_536],
  ["4mb", 4 * 1024 * 1024],
  ["4 MB", 4 * 1024 * 1024],
  [" 1.5kb ", 1_536],
  ["512b", 512],
  ["1gb", 1024 ** 3],
])("%j is %d bytes", (size, bytes) => {
  expect(payloadBytes(size)).toBe(bytes);
});

it.each([0, -1, Number.NaN, "", "4", "4 megabytes", "mb", "-4mb", "1e3kb", "0b", `${"9".repeat(40)}b`])(
  "refuses %j rather than guess",
  (size) => {
    expect(() => payloadBytes(size)).toThrow(InvalidDefinitionError);
  },
);
