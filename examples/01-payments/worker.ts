// The process that does the work, and that the demo kills: the app, started, and nothing else.
import { app } from "./handle-payments.ts";

process.once("SIGTERM", () => void app.stop().then(() => process.exit()));
process.once("disconnect", () => process.exit(1)); // the demo itself is gone

await app.start();
process.send?.("started");
