// Instruments: what is entered through them is entered once, at once, whatever they make of it.
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Instrument } from "../index.ts";
import type { ObservedSlice } from "./instrument.ts";
import { Instruments } from "./instruments.ts";

const SLICE = {} as ObservedSlice;
const warning = vi.spyOn(process, "emitWarning");

beforeEach(() => {
  warning.mockReset();
});

function through(...instruments: readonly Instrument[]): Instruments {
  return new Instruments(instruments);
}

describe("what is entered", () => {
  it("is entered through all of them, the first outermost, and its value passes them by", () => {
    const said: string[] = [];
    const named = (name: string): Instrument => ({
      aroundRun(_slice, enter) {
        said.push(`${name} before`);
        enter();
        said.push(`${name} behind`);
      },
    });
    expect(through(named("a"), {}, named("b")).aroundRun(SLICE, () => said.push("run"))).toBe(3);
    expect(said).toEqual(["a before", "b before", "run", "b behind", "a behind"]);
  });
  it("is entered once: by one that forgets, by one that asks twice, by one that asks too late", () => {
    let late = (): void => {};
    const all: readonly Instrument[] = [
      { aroundRun() {} },
      { aroundRun: (_slice, enter) => [enter(), enter()] },
      { aroundRun: (_slice, enter) => (late = enter) },
    ];
    for (const instrument of all) {
      let entered = 0;
      expect(through(instrument).aroundRun(SLICE, () => ++entered)).toBe(1);
      late();
      expect(entered).toBe(1);
    }
  });
});

describe("what is thrown in it", () => {
  const error = new RangeError("of the code");
  const all: readonly [what: string, aroundRun: NonNullable<Instrument["aroundRun"]>][] = [
    ["passes", (_slice, enter) => enter()],
    [
      "swallows",
      (_slice, enter) => {
        try {
          enter();
        } catch {
          // swallowed
        }
      },
    ],
    [
      "fails itself",
      (_slice, enter) => {
        try {
          enter();
        } catch {
          throw new TypeError("of the instrument");
        }
      },
    ],
  ];
  it.each(all)("comes out of an instrument that %s", (what, aroundRun) => {
    const fail = (): never => {
      throw error;
    };
    expect(() => through({ aroundRun }).aroundRun(SLICE, fail)).toThrow(error);
    expect(warning).toHaveBeenCalledTimes(what === "fails itself" ? 1 : 0);
  });
});

describe("what goes along", () => {
  it("is what the first of them knows", () => {
    const failing: Instrument = {
      traceCarrier() {
        throw new TypeError("no");
      },
    };
    const knowing: Instrument = { traceCarrier: () => ({ a: "1" }) };
    expect(through(failing, { traceCarrier: () => undefined }, knowing).traceCarrier()).toEqual({ a: "1" });
    expect(Instruments.among([{ onStepEnd() {} }])).toBeUndefined();
  });
});
