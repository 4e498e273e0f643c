import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { localProcesses } from "./local-process.ts";

const processes = localProcesses();
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** A process that waits until it is killed, and what it says of itself. */
async function startChild(): Promise<{ readonly child: ChildProcess; readonly identity: string }> {
  const script = `
    import { localProcesses } from ${JSON.stringify(new URL("./local-process.ts", import.meta.url).href)};
    console.log(localProcesses().self);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--no-warnings", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, identity: line.toString().trim() };
}

/** An identity with some of it changed. */
function changed(identity: string, fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...(JSON.parse(identity) as object), ...fields });
}

describe("isGone", () => {
  it("is false for this process, and for one that lives", async () => {
    expect(processes.isGone(processes.self)).toBe(false);
    const { identity } = await startChild();
    expect(processes.isGone(identity)).toBe(false);
  });

  it("is true for one that was killed, as soon as it is", async () => {
    const { child, identity } = await startChild();
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(processes.isGone(identity)).toBe(true);
  });

  it("is true for another process that has its pid now: the start time tells", () => {
    expect(processes.isGone(changed(processes.self, { startedTicks: "1" }))).toBe(true);
  });

  it("says nothing of another machine, boot or PID namespace", () => {
    for (const machine of ["boot 0 pid:[1]", "host elsewhere"]) {
      expect(processes.isGone(changed(processes.self, { machine, pid: 999_999_999, startedTicks: "1" }))).toBe(false);
    }
  });

  it("without a start time, asks whether the pid runs", () => {
    expect(processes.isGone(changed(processes.self, { startedTicks: null }))).toBe(false);
    expect(processes.isGone(changed(processes.self, { startedTicks: null, pid: 999_999_999 }))).toBe(true);
  });

  it.each(["", "not JSON", "null", "{}", '{"pid":"1"}', '{"pid":1}', "[]"])("is never certain of %j", (text) => {
    expect(processes.isGone(text)).toBe(false);
  });
});

// Skipped: other platforms have no /proc, and their zombies cannot be told from the outside.
describe.runIf(process.platform === "linux")("on Linux", () => {
  it("a zombie is gone: it has ended, and nobody has asked how", async () => {
    // The shell has become a program that never asks for its child's end before the child ends, so that it stays a zombie.
    const shell = spawn("sh", ["-c", 'sleep 0.2 & echo "$!"; exec sleep 60'], { stdio: ["ignore", "pipe", "inherit"] });
    started.push(shell);
    const [line] = (await once(shell.stdout, "data")) as [Buffer];
    const zombie = Number(line.toString());
    const { readFileSync } = await import("node:fs");
    const fieldsOf = () => readFileSync(`/proc/${zombie}/stat`, "utf8").split(") ")[1]!.split(" ");
    while (fieldsOf()[0] !== "Z") await new Promise((resolve) => void setImmediate(resolve));
    const identity = changed(processes.self, { pid: zombie, startedTicks: fieldsOf()[19] });
    expect(processes.isGone(identity)).toBe(true);
  });
});

describe("for people", () => {
  it("names the process and its machine", () => {
    const identity = changed(processes.self, { pid: 4711, host: "web-1" });
    expect(processes.describe(identity)).toBe("process 4711 on web-1");
    expect(processes.describe("not JSON")).toBe("another worker");
  });
});
