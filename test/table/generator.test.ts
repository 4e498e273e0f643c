import { describeTable } from "./describe-table.ts";

describeTable("generator", 5_970);
