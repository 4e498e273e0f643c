import { describe, expect, it, vi } from "vitest";
import { writeLine } from "./standard-output.ts";

describe("standard output that cannot be written to", () => {
  const warnings: string[] = [];
  const failWith = (code: string): boolean =>
    process.stdout.emit("error", Object.assign(new Error(`write ${code}`), { code }));

  it("stops nobody: a reader that went away is no news, anything else is said once", () => {
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
    const before = process.stdout.listenerCount("error");
    writeLine("a line");
    writeLine("another");
    expect(process.stdout.listenerCount("error")).toBe(before + 1);
    failWith("EPIPE");
    expect(warnings).toEqual([]);
    failWith("ENOSPC");
    failWith("ENOSPC");
    expect(warnings).toEqual(["surefoot: the story is not told, and runs go on: Error: write ENOSPC"]);
    vi.restoreAllMocks();
  });
});
