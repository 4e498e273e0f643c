// PORT ProcessIdentity: which process a worker lives in, and whether it is gone.

export interface ProcessIdentity {
  /** Of this process, for other processes to look at. */
  readonly self: string;
  /** True only if it is certain: a process of this machine that does not run any more. */
  isGone(process: string): boolean;
  /** For people: `process 4711 on web-1`. */
  describe(process: string): string;
}
