import { describeTable } from "./describe-table.ts";

describeTable("plain", 5_970);
