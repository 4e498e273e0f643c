// The floor on SQLite that commits in a thread, off the host's.
import type { Contestant } from "../engine.ts";
import { floorEngine } from "../floors/floor.ts";
import { committingInThread } from "../floors/sqlite-journals.ts";

const open: Contestant = (place) => floorEngine(committingInThread(place.folder), place);
export default open;
