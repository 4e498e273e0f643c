import { describeTable } from "./describe-table.ts";

describeTable("asyncGenerator", 5_970);
