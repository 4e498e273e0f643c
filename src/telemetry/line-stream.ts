// Lines to a stream that may be slow, hang or fail: what it cannot take in time is dropped, and counted.
//
// Owns: how much was written and dropped. Does not own: the stream, which is the app's. Called by: json-log.
import { warnOnce } from "../core/warning.ts";

/** Where lines go: any `Writable` of Node's. */
export interface LineTarget {
  write(text: string): unknown;
  /** Bytes that were written to it and have not left it. */
  readonly writableLength: number;
  on?(event: "error", listener: (error: Error) => void): unknown;
}

export class LineStream {
  readonly #target: LineTarget;
  readonly #limit: number;
  readonly #noteOf: (dropped: number) => string;
  #written = 0;
  #dropped = 0;
  /** Of those dropped, how many the stream has been told of. */
  #told = 0;

  constructor(target: LineTarget, limit: number, noteOf: (dropped: number) => string) {
    this.#target = target;
    this.#limit = limit;
    this.#noteOf = noteOf;
    target.on?.("error", (error) => warnOnce("log stream", `the log is not written, and runs go on: ${String(error)}`));
  }

  get counts(): { readonly written: number; readonly dropped: number } {
    return { written: this.#written, dropped: this.#dropped };
  }

  write(line: string): void {
    if (this.#target.writableLength > this.#limit) return void this.#dropped++;
    if (this.#dropped > this.#told) {
      this.#target.write(`${this.#noteOf(this.#dropped - this.#told)}\n`);
      this.#told = this.#dropped;
    }
    this.#target.write(`${line}\n`);
    this.#written++;
  }
}
