// What a tracing backend gets of runs, on both lines of the SDK: golden trees of spans, no secrets, and no trouble for the runs.
// One file: the lines are installed once, by whoever comes first.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from "vitest";
import { packPackage } from "../../scripts/packed-package.ts";
import { secretCorpus } from "./program/secret-corpus.ts";
import { startReceiver, type Receiver } from "./receiver.ts";
import { sdkProject, type SdkLine, type SdkProject } from "./sdk-project.ts";
import { spanTree } from "./span-tree.ts";

const packed = packPackage();
afterAll(() => packed.remove());

const IN_ONE_PROCESS = [
  "nested",
  "nested, async",
  "parallel",
  "retry",
  "recovered",
  "abstract",
  "unexpected",
  "timeout",
  "cancelled",
];

/** As it is, or as JSON has it. A short one counts only by itself. */
function holds(text: string, secret: string): boolean {
  const forms = [secret, JSON.stringify(secret).slice(1, -1)];
  if (secret.length >= 6) return forms.some((form) => text.includes(form));
  return new RegExp(`(?<![\\w.:-])${secret}(?![\\w:-])`, "u").test(text);
}

describe.each<SdkLine>(["sdk-2", "sdk-3"])("%s", (line) => {
  const journal = join(packed.consumer, "..", `${line}.db`);
  let project: SdkProject;
  let receiver: Receiver;

  beforeAll(() => {
    project = sdkProject(packed, line);
  }, 180_000);
  beforeEach(async () => {
    receiver = await startReceiver();
    for (const ending of ["", "-wal", "-shm"]) rmSync(`${journal}${ending}`, { force: true });
  });
  afterEach(() => receiver.close());

  const play = (scene: string, life = "1") =>
    project.play(scene, { RECEIVER: receiver.url, JOURNAL: journal, LIFE: life });
  const golden = (name: string) => `./golden/${name.replace(", ", "-")}.txt`;

  it.each(IN_ONE_PROCESS)("%s", async (scene) => {
    await play(scene);
    await expect(spanTree(receiver.spans)).toMatchFileSnapshot(golden(scene));
  });

  it(
    "a sleep across a restart: two traces of one run, the second linked to the first",
    { timeout: 60_000 },
    async () => {
      await play("sleep", "1");
      await play("sleep", "2");
      await expect(spanTree(receiver.spans)).toMatchFileSnapshot(golden("sleep"));
    },
  );

  it("a sleep across a restart, continuous: one trace, the sender's", { timeout: 60_000 }, async () => {
    await play("sleep, continuous", "1");
    await play("sleep, continuous", "2");
    await expect(spanTree(receiver.spans)).toMatchFileSnapshot(golden("sleep, continuous"));
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  it("a takeover after a kill: linked to the slice that never ended", { timeout: 60_000 }, async () => {
    expect((await play("takeover", "1")).signal).toBe("SIGKILL");
    await play("takeover", "2");
    await expect(spanTree(receiver.spans)).toMatchFileSnapshot(golden("takeover"));
  });

  it.each(["throws", "hangs", "down"])("runs beside an exporter that %s, in bounded memory", async (trouble) => {
    const { output } = await project.run("troubles.ts", [trouble]);
    const { right, complaints, heapMb } = JSON.parse(output) as Readonly<Record<string, number>>;
    expect(right).toBe(1_000);
    expect(heapMb).toBeLessThan(64);
    expect(complaints).toBeGreaterThanOrEqual(trouble === "hangs" ? 1 : 0); // what the SDK could not keep is told
  });

  it("no secret of any payload is in spans, logs or story", { timeout: 60_000 }, async () => {
    const { output } = await play("secrets");
    const sent = receiver.bodies.join("\n");
    const seen = secretCorpus.flatMap(({ what, secrets }) =>
      secrets.flatMap((secret) => [
        ...(holds(sent, secret) ? [`${what}: in a span`] : []),
        ...(holds(output, secret) ? [`${what}: in the story or the log`] : []),
      ]),
    );
    expect(seen).toEqual([]);
    expect(secretCorpus.length).toBeGreaterThanOrEqual(40);
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(secretCorpus.length);
    expect(output.match(/\[redacted\]/gu)!.length).toBeGreaterThan(secretCorpus.length);
  });

  it("from an endpoint to the event to the run in another process, and to those it sends to and invokes", async () => {
    await play("endpoint");
    await play("worker", "2");
    await expect(spanTree(receiver.spans)).toMatchFileSnapshot(golden("endpoint"));
  });
});
