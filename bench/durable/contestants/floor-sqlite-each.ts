// The floor on SQLite that commits each row by itself.
import type { Contestant } from "../engine.ts";
import { floorEngine } from "../floors/floor.ts";
import { committingEach } from "../floors/sqlite-journals.ts";

const open: Contestant = (place) => floorEngine(committingEach(place.folder), place);
export default open;
