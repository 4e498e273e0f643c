/** Where the file is, and how durable a commit is. */
export interface SqliteOptions {
  readonly path: string;
  /**
   * `"full"` (default): an outcome survives a loss of power. `"normal"`: it survives the death of the process; the last ones may
   * be lost with the machine.
   */
  readonly synchronous?: "full" | "normal" | undefined;
  /**
   * Whether a thread of its own works on the file, so that a busy disk does not hold up the app's. Default: yes, unless its code
   * is not there, as in a bundle of one file.
   */
  readonly thread?: boolean | undefined;
}
