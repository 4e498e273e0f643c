// The floor on Postgres that commits what waits in one statement, on two lanes.
import { floorEngine } from "../floors/floor.ts";
import { committingGroups } from "../floors/postgres-journals.mjs";

/** @type {import("../engine.ts").Contestant} */
const open = (place) => floorEngine(committingGroups(place.postgres), place);
export default open;
