import { describeTable } from "./describe-table.ts";

describeTable("async", 5_850);
