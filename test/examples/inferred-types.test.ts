import { describe, expect, it } from "vitest";
import { ordered, typeClaims } from "./inferred-types.ts";

describe("examples/02-typed-errors", () => {
  const claims = typeClaims("examples/02-typed-errors/steps.ts");

  it("makes a claim for each of N8 to N11", () => {
    const names = claims.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "d1",
        "d2",
        "d3",
        "score",
        "looked",
        "goesOn",
        "goesOnForOne",
        "each",
        "abstract",
        "asValue",
        "checked",
      ]),
    );
  });

  it.each(claims)("line $line: $name is what its comment says", ({ claimed, inferred }) => {
    expect(inferred).toBe(claimed);
  });
});

describe("ordered", () => {
  it("orders unions at any depth, and leaves the rest alone", () => {
    expect(ordered('Step<B | A, "x" | 1> & { readonly cause: D | C }')).toBe(
      'Step<A | B, "x" | 1> & { readonly cause: C | D }',
    );
  });
});
