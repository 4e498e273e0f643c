// surefoot on Postgres. Takes part as soon as the package has the door "./postgres".
import { Pool } from "pg";
import { postgres } from "../../../dist/postgres.js";
import { surefootEngine } from "./surefoot-engine.ts";

const SCHEMA = "surefoot";

/** @type {import("../engine.ts").Contestant} */
const open = ({ postgres: url }) => {
  const counting = new Pool({ connectionString: url, max: 1 });
  return surefootEngine(postgres(url, { schema: SCHEMA }), {
    prepare: async () => {},
    completed: async () => {
      const { rows } = await counting.query(
        `select count(*)::int as count from ${SCHEMA}.run where status = 'completed'`,
      );
      return rows[0].count;
    },
    stop: () => counting.end(),
  });
};
export default open;
