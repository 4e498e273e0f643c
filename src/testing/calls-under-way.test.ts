// Turns that wait for whoever is elsewhere.
import { describe, expect, it } from "vitest";
import { counted, turnsWithoutCalls } from "./calls-under-way.ts";

describe("turns without calls", () => {
  it("begin behind the last answer, also where it is a refusal", async () => {
    const heard: string[] = [];
    const far = counted({
      async asked(turns: number): Promise<string> {
        for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
        heard.push(`answered after ${turns}`);
        if (turns > 40) throw new RangeError("no");
        return "yes";
      },
      now: () => 12,
    });
    const answers = Promise.allSettled([far.asked(50), far.asked(20)]);
    await turnsWithoutCalls(5);
    expect(heard).toEqual(["answered after 20", "answered after 50"]);
    expect((await answers).map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(far.now()).toBe(12);
  });
  it("are only turns where nobody was asked", async () => {
    let turns = 0;
    const count = (): void => {
      turns++;
      setImmediate(count);
    };
    setImmediate(count);
    await turnsWithoutCalls(7);
    expect(turns).toBeGreaterThanOrEqual(6);
    expect(turns).toBeLessThanOrEqual(8);
  });
});
