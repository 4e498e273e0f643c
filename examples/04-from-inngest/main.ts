// Runs the surefoot version. No server and no second terminal: the journal is an SQLite file, or memory if none is named.
import { handlePayments, inngest } from "./with-surefoot.ts";

await inngest.start();
const result = await inngest.run(handlePayments, {
  data: { invoiceDate: new Date().toISOString(), amount: 4200, email: "ada@example.com" },
});
console.log(result);
await inngest.stop();
