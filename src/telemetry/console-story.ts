// The story of each run on standard output: numbered, one line a step, as it happens.
//
// Owns: which runs and steps are under way, and whose line was last. Does not own: what a line says (story-text).
// Called by: the audience of an app, as any observer.
//   S1. A leaf is one line, written when its outcome is recorded; a composite step opens with a line and closes with its outcome.
//   S2. A line says whose it is unless its run's header is right above, with nothing but lines of that run between.
//   S3. What an error says is told once a run: where it goes on through other steps, its name is enough.
import type {
  ObservedAttempt,
  ObservedLog,
  ObservedRun,
  ObservedRunEnd,
  ObservedRunPause,
  ObservedRunResume,
  ObservedRunSuspension,
  ObservedStep,
  ObservedStepEnd,
  Observer,
} from "../core/observer.ts";
import { writeLine } from "./standard-output.ts";
import {
  attemptsText,
  cleanText,
  errorMessage,
  errorName,
  outcomeText,
  paint,
  stepLabel,
  type Paint,
} from "./story-text.ts";

/** How the story is told. */
export interface ConsoleStoryOptions {
  /** Where lines go. Default: standard output. */
  readonly write?: ((line: string) => void) | undefined;
  /** Whether outcomes are coloured. Default: on a terminal, unless NO_COLOR is set. */
  readonly colors?: boolean | undefined;
}

const NUMBER_WIDTH = 3;
const OUTCOME_COLUMN = 37;
const SHORT_ID_LENGTH = 6;
const LOG_COLORS: Readonly<Partial<Record<string, Paint>>> = { debug: "dim", warn: "yellow", error: "red" };

/**
 * An observer that tells each run as a numbered story, on standard output.
 *
 * Use it beside observers of your own: `createApp({ observers: [consoleStory(), analytics] })`. Steps that were recorded before
 * are not told again after a crash; the takeover is one line. Of the business context it shows the e-mail address alone.
 *
 * @example
 * const app = createApp({ name: "billing", observers: [consoleStory({ colors: false })] });
 */
export function consoleStory(options: ConsoleStoryOptions = {}): Observer {
  return new ConsoleStory(options);
}

/** What is remembered of a run while it is in this process. */
interface OpenRun {
  /** The messages that were told. */
  readonly messages: Set<string>;
  readonly stepsByNumber: Map<string, OpenStep>;
}
/** Not the observed step itself: with it, its whole run would stay in memory. */
interface OpenStep {
  readonly name: string;
  /** Whether its opening line was written: a step is known to be composite when its first substep is heard of. */
  isOpened: boolean;
  lastError: unknown;
}

class ConsoleStory implements Observer {
  readonly #write: (line: string) => void;
  readonly #hasColors: boolean;
  readonly #openRuns = new Map<string, OpenRun>();
  /** The run whose header stands above, with no other run's line since. */
  #runAbove: string | undefined;

  constructor({ write = writeLine, colors }: ConsoleStoryOptions) {
    this.#write = write;
    this.#hasColors = colors ?? (process.stdout.isTTY && process.env["NO_COLOR"] === undefined);
  }

  onRunStart(run: ObservedRun): void {
    this.#open(run);
    this.#header(run, "");
  }
  onRunSuspend(run: ObservedRunSuspension): void {
    this.#openRuns.delete(run.id);
  }
  onRunResume(run: ObservedRunResume): void {
    this.#open(run);
    if (run.reason === "woken") return;
    const open = run.openSteps.map(({ number, name }) => `${number} ${shown(run, name)}`).join(", ");
    const from = this.#paint(`⟳ taken over from ${cleanText(run.from ?? "another worker")}`, "yellow");
    this.#header(run, open === "" ? from : `${from} · open then: ${open}`);
  }
  onRunPause(run: ObservedRunPause): void {
    this.#openRuns.delete(run.id);
    this.#header(run, `${this.#paint("⏸ paused", "yellow")} · ${shown(run, run.difference)}`);
  }
  onRunEnd(run: ObservedRunEnd): void {
    const isAlone = this.#runAbove === run.id;
    const outcome = this.#outcome(run, run) + this.#newMessage(run, run.error);
    this.#openRuns.delete(run.id);
    if (run.outcome !== "completed" || !isAlone) this.#line(run, `  ${outcome}`);
  }
  onStepStart({ run, number, name }: ObservedStep): void {
    const steps = this.#openRuns.get(run.id)?.stepsByNumber;
    steps?.set(number, { name, isOpened: false, lastError: undefined });
    this.#openParents(run, number);
  }
  onStepAttempt({ run, number, retryAt, error }: ObservedAttempt): void {
    const open = this.#openRuns.get(run.id)?.stepsByNumber.get(number);
    if (open !== undefined && retryAt !== undefined) open.lastError = error;
  }
  onStepEnd(step: ObservedStepEnd): void {
    const { run, number } = step;
    const steps = this.#openRuns.get(run.id)?.stepsByNumber;
    const attempts = shown(run, attemptsText(step, steps?.get(number)?.lastError));
    steps?.delete(number);
    const outcome = this.#outcome(run, step);
    const message = step.outcome === "failed" ? this.#newMessage(run, step.error) : "";
    const rest = `${outcome}${message}${attempts === "" ? "" : `   ${attempts}`}`;
    this.#line(run, `${placed(run, number, stepLabel(step)).padEnd(OUTCOME_COLUMN)} ${rest}`);
  }
  onLog({ run, number, name, level, message }: ObservedLog): void {
    const color = LOG_COLORS[level];
    this.#line(
      run,
      `${placed(run, number, name)} · ${color === undefined ? level : this.#paint(level, color)}: ${shown(run, message)}`,
    );
  }

  /** S1 */
  #openParents(run: ObservedRun, number: string): void {
    const steps = this.#openRuns.get(run.id)?.stepsByNumber;
    const parts = number.split(".");
    for (let depth = 1; depth < parts.length; depth++) {
      const parentNumber = parts.slice(0, depth).join(".");
      const parent = steps?.get(parentNumber);
      if (parent === undefined || parent.isOpened) continue;
      parent.isOpened = true;
      this.#line(run, placed(run, parentNumber, parent.name));
    }
  }

  /** S3 */
  #newMessage(run: ObservedRun, error: unknown): string {
    const message = shown(run, errorMessage(error));
    const told = this.#openRuns.get(run.id)?.messages;
    if (message === "" || told === undefined || told.has(message)) return "";
    told.add(message);
    return ` · ${message}`;
  }

  #outcome(run: ObservedRun, { outcome, error, duration }: ObservedStepEnd | ObservedRunEnd): string {
    return outcomeText(outcome, shown(run, errorName(error)), duration, this.#paint);
  }

  /** S2 */
  #line(run: ObservedRun, text: string): void {
    if (this.#runAbove !== run.id) this.#runAbove = undefined;
    const whose = this.#runAbove === run.id ? "" : `${this.#paint(shortId(run), "dim")} `;
    this.#write(`${whose}${text}`);
  }
  #header(run: ObservedRun, rest: string): void {
    const { event, id, context } = run;
    const who = context.userEmail === undefined ? "" : `   ${shown(run, context.userEmail)}`;
    const whose = this.#openRuns.size > 1 ? `${this.#paint(shortId(run), "dim")} ` : "";
    const line = `${whose}${shown(run, event.name)} → ${shown(run, run.function.name)}  ${id}${who}`;
    this.#write(rest === "" ? line : `${line}   ${rest}`);
    this.#runAbove = whose === "" ? id : undefined;
  }
  #open(run: ObservedRun): void {
    this.#openRuns.set(run.id, { messages: new Set(), stepsByNumber: new Map() });
  }
  readonly #paint = (text: string, color: Paint): string => (this.#hasColors ? paint(text, color) : text);
}

/** Without the secrets of its run, and without what could move the cursor. */
function shown({ redact }: ObservedRun, text: string): string {
  return cleanText(redact.text(text));
}

function placed(run: ObservedRun, number: string, name: string): string {
  const indent = "  ".repeat(number === "" ? 1 : number.split(".").length);
  return `${indent}${number.padEnd(NUMBER_WIDTH)} ${shown(run, name)}`;
}

function shortId(run: ObservedRun): string {
  return run.id.slice(-SHORT_ID_LENGTH);
}
