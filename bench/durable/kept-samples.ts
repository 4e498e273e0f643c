// The samples of a run of the benchmark, one line each: a run that was stopped goes on where it was.
//
// Owns: the file. Does not own: what is measured.
// Called by: main.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Sample } from "./sample.ts";

export class KeptSamples {
  readonly #path: string;
  readonly #samples: Sample[] = [];

  /** `identity` says what is measured: samples of something else are not gone on with. */
  constructor(path: string, identity: string, isFresh: boolean) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    const [known, ...lines] = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
    if (known === identity && !isFresh) this.#samples.push(...lines.flatMap(readLine));
    else writeFileSync(path, `${identity}\n`);
  }

  get all(): readonly Sample[] {
    return this.#samples;
  }
  has({ round, workload, contestant }: Pick<Sample, "round" | "workload" | "contestant">): boolean {
    return this.#samples.some(
      (one) =>
        one.round === round && one.workload === workload && one.contestant === contestant && one.failure === undefined,
    );
  }
  add(sample: Sample): void {
    this.#samples.push(sample);
    appendFileSync(this.#path, `${JSON.stringify(sample)}\n`);
  }
}

/** Nothing for a line that was cut off, and for what failed: that is tried again. */
function readLine(line: string): readonly Sample[] {
  try {
    const sample = JSON.parse(line) as Sample;
    return sample.failure === undefined ? [sample] : [];
  } catch {
    return [];
  }
}
