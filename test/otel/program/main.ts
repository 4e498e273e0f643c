// Plays one scene in a process of its own: `node main.ts <scene>`.
import { scenes } from "./scenes.ts";
import { flushed } from "./tracing.ts";

const scene = scenes[process.argv[2] ?? ""];
if (scene === undefined) throw new RangeError(`there is no scene "${process.argv[2]}"`);
await scene();
await flushed();
