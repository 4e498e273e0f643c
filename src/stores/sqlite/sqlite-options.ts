/** Where the file is, and how durable a commit is. */
export interface SqliteOptions {
  readonly path: string;
  /**
   * `"full"` (default): an outcome survives a loss of power. `"normal"`: it survives the death of the process; the last ones may
   * be lost with the machine.
   */
  readonly synchronous?: "full" | "normal" | undefined;
}
