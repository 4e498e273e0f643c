// Every function is killed at each of its points, and the next process goes on.
//
// Owns: which process does what. Does not own: what is right (crash-checks), what a process does (crash-point-worker).
// A process that goes on with what the last one left behind dies at the next point itself: one start a point.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalFunction } from "../canonical/canonical-functions.ts";
import { textOf } from "../canonical/endings.ts";
import { extraEffects, violationsOf, type PlayedRuns } from "./crash-checks.ts";
import { ledgerOf, type CrashJob, type CrashReport, type FoundRecord, type LedgerEntry } from "./crash-job.ts";
import { runProcess, type CrashProcessEnd } from "./crash-process.ts";
import { bundleWorker } from "./worker-bundle.ts";

export interface CrashPoint {
  readonly name: string;
  /** From 1. */
  readonly boundary: number;
  readonly label: string;
  /** The boundary of the second life at which that one dies, too, if it comes to it. */
  readonly again?: number;
}

/** Where the journals of a campaign are. */
export interface Journals {
  /** The address of a new one, beside the other files of these runs. */
  newIn(directory: string): string;
  /** Nobody works on it any more. */
  remove(address: string): Promise<void>;
}

/** What a killed process left behind. */
interface Left extends Place {
  readonly point: CrashPoint;
  /** The process. */
  readonly after: number;
  readonly lives: number;
  /** What each life found when it began. */
  readonly found: readonly FoundRecord[];
}

type Place = Pick<CrashJob, "name" | "directory" | "address">;

export interface CampaignResult {
  /** Points that were gone through, each with a kill and a second life. */
  readonly covered: readonly CrashPoint[];
  readonly violations: readonly string[];
  /** How often the second life was killed, too. */
  readonly pairs: number;
  /** How many effects came more often than without a crash. */
  readonly extraEffects: number;
  /** Points after which some body had been entered that had no outcome. */
  readonly openAtTheCrash: number;
}

interface Tally {
  readonly covered: CrashPoint[];
  readonly violations: string[];
  pairs: number;
  extraEffects: number;
  openAtTheCrash: number;
}

function newTally(): Tally {
  return { covered: [], violations: [], pairs: 0, extraEffects: 0, openAtTheCrash: 0 };
}

export class CrashCampaign {
  readonly #directory: string;
  readonly #journals: Journals;
  readonly #undisturbed = new Map<string, PlayedRuns>();
  #tally = newTally();
  #program = "";
  #folders = 0;

  constructor(directory: string, journals: Journals) {
    this.#directory = directory;
    this.#journals = journals;
  }

  /** Runs each function without a crash. Gives its points. */
  async findPoints(names: readonly string[]): Promise<ReadonlyMap<string, readonly CrashPoint[]>> {
    this.#program = await bundleWorker(this.#directory);
    const jobs = names.map((name): CrashJob => ({ ...this.#newPlace(name), life: 1 }));
    const end = await this.#process(jobs);
    if (end.reports.length < names.length) throw new Error(`the undisturbed process did not end: ${end.complaints}`);
    for (const [place, report] of end.reports.entries())
      this.#undisturbed.set(report.name, playedRuns(report, [], jobs[place]!.directory));
    return new Map(
      end.reports.map(({ name, boundaries }) => [
        name,
        boundaries.map((label, place): CrashPoint => ({ name, boundary: place + 1, label })),
      ]),
    );
  }

  /** Kills at each of these points, in so many lanes of processes at a time. */
  async carryOut(points: readonly CrashPoint[], lanes: number): Promise<CampaignResult> {
    const queue = [...points];
    this.#tally = newTally();
    await Promise.all(Array.from({ length: lanes }, () => this.#lane(queue)));
    return this.#tally;
  }

  async #lane(queue: CrashPoint[]): Promise<void> {
    let left: Left | undefined;
    for (;;) {
      if (left?.lives === 1 && left.point.again !== undefined) {
        left = await this.#dieAgain(left, left.point.again);
        continue;
      }
      const point = queue.shift();
      if (left === undefined && point === undefined) return;
      const place = point === undefined ? undefined : this.#newPlace(point.name);
      const end = await this.#process([
        ...(left === undefined ? [] : [nextLife(left)]),
        ...(place === undefined ? [] : [{ ...place, life: 1, killAt: point!.boundary }]),
      ]);
      if (left !== undefined) await this.#check(left, end);
      if (point !== undefined) this.#checkKill(point, end);
      left = place === undefined ? undefined : { ...place, point: point!, after: end.pid, lives: 1, found: [] };
    }
  }

  /** A second life that dies as well; nothing is left if it came to its end before. */
  async #dieAgain(left: Left, killAt: number): Promise<Left | undefined> {
    const end = await this.#process([{ ...nextLife(left), killAt }]);
    if (end.signal !== "SIGKILL") {
      await this.#check(left, end);
      return undefined;
    }
    this.#tally.pairs++;
    return { ...left, after: end.pid, lives: left.lives + 1, found: [...left.found, ...(end.found[0] ?? [])] };
  }

  #checkKill({ name, boundary, label }: CrashPoint, { killedAt, signal, code, complaints }: CrashProcessEnd): void {
    if (signal === "SIGKILL" && killedAt === label) return;
    const end = killedAt ?? signal ?? `ended with ${code}`;
    this.#tally.violations.push(
      `${name}, boundary ${boundary}: it is "${label}", and the process: "${end}". ${complaints}`,
    );
  }

  async #check(left: Left, { reports, complaints, ...end }: CrashProcessEnd): Promise<void> {
    const { point, directory, lives, found } = left;
    const { name, boundary, label, again } = point;
    const place = `${name}, killed at boundary ${boundary} (${label})${lives > 1 ? ` and at ${again} of the next life` : ""}`;
    const complain = (text: string): void => void this.#tally.violations.push(`${place}: ${text}`);
    const [report] = reports;
    if (report === undefined) complain(`the next process did not come to an end: ${complaints}`);
    else {
      const undisturbed = this.#undisturbed.get(name)!;
      const crashed = playedRuns(report, [...found, ...(end.found[0] ?? [])], directory);
      const { interrupted, openAtOnce = 1 } = canonicalFunction(name);
      const allowed = { openAtOnce, interrupted: interrupted === undefined ? undefined : textOf(interrupted) };
      for (const violation of violationsOf(undisturbed, crashed, allowed)) complain(violation);
      this.#tally.extraEffects += extraEffects(undisturbed, crashed);
      if (crashed.entries.some((entry) => entry.life === 1 && isOpen(entry, crashed))) this.#tally.openAtTheCrash++;
    }
    this.#tally.covered.push(point);
    rmSync(directory, { recursive: true, force: true });
    await this.#journals.remove(left.address);
  }

  #process(jobs: readonly CrashJob[]): Promise<CrashProcessEnd> {
    return runProcess(this.#program, join(this.#directory, "compiled"), jobs);
  }
  #newPlace(name: string): Place {
    const directory = join(this.#directory, `${++this.#folders}-${name}`);
    mkdirSync(directory);
    return { name, directory, address: this.#journals.newIn(directory) };
  }
}

function nextLife({ name, directory, address, after, lives }: Left): CrashJob {
  return { name, directory, address, after, life: lives + 1 };
}

function playedRuns(report: CrashReport, found: readonly FoundRecord[], directory: string): PlayedRuns {
  const text = existsSync(ledgerOf(directory)) ? readFileSync(ledgerOf(directory), "utf8") : "";
  const lines = text.split("\n").filter((line) => line !== "");
  return { report, found, entries: lines.map((line) => JSON.parse(line) as LedgerEntry) };
}

function isOpen({ run, path }: LedgerEntry, { found }: PlayedRuns): boolean {
  return !found.some((record) => record.life === 2 && record.run === run && record.key === path);
}
