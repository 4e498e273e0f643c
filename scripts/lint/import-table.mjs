// Reads the import table of ARCHITECTURE.md: the page is the configuration.
import { readFileSync } from "node:fs";

const PAGE = new URL("../../ARCHITECTURE.md", import.meta.url);

/** Room → the rooms that it may import: `Map<string, Map<string, "types" | "all">>`. */
export function readImportTable() {
  const block = /```imports\n([\s\S]*?)```/.exec(readFileSync(PAGE, "utf8"));
  if (block === null) throw new Error("ARCHITECTURE.md has no ```imports table");
  const table = new Map();
  for (const line of block[1].split("\n").filter((text) => text.trim() !== "")) {
    const [rooms, allowed] = line.split("→").map((text) => text.trim());
    for (const room of rooms.split("·").map((text) => text.trim())) table.set(room, readAllowed(allowed));
  }
  return table;
}

function readAllowed(text) {
  const allowed = new Map();
  if (text === "nothing") return allowed;
  for (const item of text.split(",").map((part) => part.trim())) {
    const isTypesOnly = item.endsWith("(types)");
    allowed.set(item.replace(/\s*\(types\)$/, ""), isTypesOnly ? "types" : "all");
  }
  return allowed;
}

/** The room of a file below `src`: its folder, or `doors` for the files beside the folders. */
export function roomOf(path) {
  const below = path.split("/src/").at(-1);
  const parts = below.split("/");
  return parts.length === 1 ? "doors" : parts[0];
}
