// `node test/otel/draw-trace.ts`: plays the scene of the tracing page, and draws what a backend received of it.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packPackage, REPOSITORY } from "../../scripts/packed-package.ts";
import { startReceiver } from "./receiver.ts";
import { sdkProject } from "./sdk-project.ts";
import { tracePicture } from "./trace-picture.ts";

const packed = packPackage();
try {
  const receiver = await startReceiver();
  const project = sdkProject(packed, "sdk-3");
  const environment = { RECEIVER: receiver.url, JOURNAL: join(packed.consumer, "..", "drawn.db"), TMPDIR: tmpdir() };
  await project.play("endpoint", { ...environment, LIFE: "1" });
  await project.play("worker", { ...environment, LIFE: "2" });
  await receiver.close();
  writeFileSync(join(REPOSITORY, "docs/guides/trace.svg"), tracePicture(receiver.spans));
} finally {
  packed.remove();
}
