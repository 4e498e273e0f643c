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

/**
 * The columns of rows, each as a list. One that holds nothing is empty: where lists are taken side by side, the shorter ones end in
 * nothing.
 */
export class ColumnTexts {
  readonly #texts: string[];
  readonly #isEmpty: boolean[];
  #rows = 0;

  constructor(width: number) {
    this.#texts = Array.from({ length: width }, () => "");
    this.#isEmpty = Array.from({ length: width }, () => true);
  }

  add(cells: readonly (string | number | boolean | null)[], from = 0): void {
    const separator = this.#rows === 0 ? "" : ",";
    for (let place = 0; place < cells.length; place++) {
      const cell = cells[place]!;
      this.#texts[from + place] += separator + itemText(cell);
      if (cell !== null) this.#isEmpty[from + place] = false;
    }
    if (from + cells.length === this.#texts.length) this.#rows++;
  }
  get lists(): readonly string[] {
    return this.#texts.map((text, place) => (this.#isEmpty[place] === true ? "{}" : `{${text}}`));
  }
}

function itemText(cell: string | number | boolean | null): string {
  if (typeof cell !== "string") return cell === null ? "NULL" : String(cell);
  return cell.includes('"') || cell.includes("\\") ? `"${cell.replace(/["\\]/g, "\\$&")}"` : `"${cell}"`;
}
