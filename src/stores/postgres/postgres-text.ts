// Texts as Postgres takes them: it has no place for NUL, and none for half a surrogate pair. Pure.
//
//   T1. Two texts are equal where what is kept of them is, and nothing but these characters and the escape itself is changed.

/** No name has it but on purpose. What follows says what it stands for. */
const ESCAPE = "\u0001";
const NUL = "\u0000";

/** T1 */
export function toText(text: string): string {
  if (!text.includes(NUL) && !text.includes(ESCAPE) && isWellFormed(text)) return text;
  return text.replace(
    /[\u0000\u0001]|\p{Surrogate}/gu,
    (part) => `${ESCAPE}${part.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Whether it holds no half of a surrogate pair. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

export function fromText(text: string): string {
  if (!text.includes(ESCAPE)) return text;
  return text.replace(/\u0001([\da-f]{4})/g, (_escaped, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** The name of a schema, as statements have it. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A list as Postgres reads it: `{"a",NULL,7}`. */
export function arrayText(cells: readonly (string | number | boolean | null)[]): string {
  let text = "";
  for (const cell of cells) text += text === "" ? itemText(cell) : `,${itemText(cell)}`;
  return `{${text}}`;
}

/** One item of such a list. */
export function itemText(cell: string | number | boolean | null): string {
  if (typeof cell !== "string") return cell === null ? "NULL" : String(cell);
  return cell.includes('"') || cell.includes("\\") ? `"${cell.replace(/["\\]/g, "\\$&")}"` : `"${cell}"`;
}
