// `node closed-output-worker.ts <file> <runs>`: tells the story of its runs on standard output, whoever reads it, and leaves when all have ended.
import { createApp } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";

const [path, runs] = process.argv.slice(2);
const app = createApp({ name: "closed output", store: sqlite(path!) });
const work = app.createFunction({ name: "Work" }, { event: "work" }, function* ({ event, step }) {
  for (let place = 0; place < 20; place++) {
    yield* step.run(`Step ${place}`, ({ log }) => {
      log.info("said by the step");
      console.log("said by the program");
    });
  }
  return event.data as number;
});
await app.start();
// One after the other, so that most of it comes when nobody reads any more.
for (let place = 0; place < Number(runs); place++) await app.run(work, { id: `e${place}`, data: place });
await app.stop();
