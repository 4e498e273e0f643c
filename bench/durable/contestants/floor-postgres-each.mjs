// The floor on Postgres that commits each row by itself.
import { floorEngine } from "../floors/floor.ts";
import { committingEach } from "../floors/postgres-journals.mjs";

/** @type {import("../engine.ts").Contestant} */
const open = (place) => floorEngine(committingEach(place.postgres), place);
export default open;
