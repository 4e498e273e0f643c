// The story of each run on standard output: numbered, one line a step, as it happens.
//
// Owns: which runs and composite steps are under way. Does not own: what a line says (story-text).
// Called by: the audience of an app, as any observer.
//   S1. A leaf is one line, written when its outcome is recorded; a composite step opens with a line and closes with its outcome.
//   S2. While several runs are under way, each line says whose it is.
import type {
  ObservedLog,
  ObservedRun,
  ObservedRunEnd,
  ObservedRunPause,
  ObservedRunResume,
  ObservedStep,
  ObservedStepEnd,
  Observer,
} from "../core/observer.ts";
import { writeLine } from "./standard-output.ts";
import { attemptsText, cleanText, outcomeText, paint, stepLabel, type Paint } from "./story-text.ts";

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

class ConsoleStory implements Observer {
  readonly #write: (line: string) => void;
  readonly #hasColors: boolean;
  readonly #openRuns = new Set<string>();
  /** Steps that have started, by run and number: a parent's line is written when its first substep is heard of. */
  readonly #started = new Map<string, { readonly step: ObservedStep; isOpened: boolean }>();

  constructor({ write = writeLine, colors }: ConsoleStoryOptions) {
    this.#write = write;
    this.#hasColors = colors ?? (process.stdout.isTTY && process.env["NO_COLOR"] === undefined);
  }

  onRunStart(run: ObservedRun): void {
    this.#openRuns.add(run.id);
    this.#header(run, "");
  }
  onRunResume(run: ObservedRunResume): void {
    this.#openRuns.add(run.id);
    if (run.reason === "woken") return;
    const open = run.openSteps.map(({ number, name }) => `${number} ${cleanText(name)}`).join(", ");
    const from = this.#paint(`⟳ taken over from ${cleanText(run.from ?? "another worker")}`, "yellow");
    this.#header(run, open === "" ? from : `${from} · without an outcome then: ${open}`);
  }
  onRunPause(run: ObservedRunPause): void {
    this.#openRuns.delete(run.id);
    this.#header(run, `${this.#paint("⏸ paused", "yellow")}: ${cleanText(run.difference)}`);
  }
  onRunEnd(run: ObservedRunEnd): void {
    this.#openRuns.delete(run.id);
    if (run.outcome === "completed") return;
    this.#header(run, outcomeText(run.outcome, run.error, run.duration, this.#paint));
  }
  onStepStart(step: ObservedStep): void {
    this.#started.set(keyOf(step.run, step.number), { step, isOpened: false });
    this.#openParents(step);
  }
  onStepEnd(step: ObservedStepEnd): void {
    this.#started.delete(keyOf(step.run, step.number));
    const outcome = outcomeText(step.outcome, step.error, step.duration, this.#paint);
    this.#line(step.run, step.number, stepLabel(step), outcome + attemptsText(step));
  }
  onLog({ run, number, level, message }: ObservedLog): void {
    this.#line(run, number, `· ${level} ${message}`, "");
  }

  /** S1 */
  #openParents({ run, number }: ObservedStep): void {
    const parts = number.split(".");
    for (let depth = 1; depth < parts.length; depth++) {
      const parent = this.#started.get(keyOf(run, parts.slice(0, depth).join(".")));
      if (parent === undefined || parent.isOpened) continue;
      parent.isOpened = true;
      this.#line(run, parent.step.number, parent.step.name, "");
    }
  }

  /** S2 */
  #line(run: ObservedRun, number: string, name: string, rest: string): void {
    const indent = "  ".repeat(number === "" ? 1 : number.split(".").length);
    const whose = this.#openRuns.size > 1 ? `${this.#paint(run.id.slice(-SHORT_ID_LENGTH), "dim")} ` : "";
    const left = `${indent}${number.padEnd(NUMBER_WIDTH)} ${cleanText(name)}`;
    this.#write(`${whose}${rest === "" ? left : `${left.padEnd(OUTCOME_COLUMN)} ${rest}`}`);
  }
  #header(run: ObservedRun, rest: string): void {
    const { event, id, context } = run;
    const who = context.userEmail === undefined ? "" : `   ${cleanText(context.userEmail)}`;
    const line = `${cleanText(event.name)} → ${cleanText(run.function.name)}  ${id}${who}`;
    this.#write(rest === "" ? line : `${line}   ${rest}`);
  }
  readonly #paint = (text: string, color: Paint): string => (this.#hasColors ? paint(text, color) : text);
}

function keyOf(run: ObservedRun, number: string): string {
  return `${run.id} ${number}`;
}
