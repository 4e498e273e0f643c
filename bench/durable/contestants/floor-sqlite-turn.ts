// The floor on SQLite that commits once per turn of the event loop.
import type { Contestant } from "../engine.ts";
import { floorEngine } from "../floors/floor.ts";
import { committingTurns } from "../floors/sqlite-journals.ts";

const open: Contestant = (place) => floorEngine(committingTurns(place.folder), place);
export default open;
