// Rows on their way to Postgres: their columns, as lists that are taken side by side there.
//
// Owns: the rows that were added. Does not own: what is in them.
// Called by: postgres-writes and postgres-events, one for each statement.
import { itemText } from "./postgres-text.ts";

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
