// `step.log` as users see it.

/** Writes lines that carry the run, the number and the name of the step they were written in. */
export interface StepLog {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
/** How much a log line matters. */
export type LogLevel = keyof StepLog;
