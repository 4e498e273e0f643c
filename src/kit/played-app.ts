// What can be asked of an app on a stage: by a test, and by each play of a crash test.
import { durationToMs, type Duration } from "../core/duration.ts";
import { InvalidDefinitionError } from "../core/errors.ts";
import type { Stage } from "./stage.ts";
import type { SentRun, TestedStep } from "./test-app-types.ts";
import { testedSteps } from "./tested-steps.ts";
import { TestedRun } from "./tested-run.ts";

const MOST_RUNS_SHOWN = 1_000;
export type RunOrId = string | { readonly id: string };

export class PlayedApp {
  readonly stage: Stage;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  async advance(duration: Duration): Promise<void> {
    const ms = durationToMs(duration);
    await this.stage.advanceTo((nowMs) => nowMs + ms);
  }
  async send(given: unknown): Promise<{ readonly ids: readonly string[]; readonly runs: readonly SentRun[] }> {
    const { app } = await this.stage.life();
    const { ids } = await app.send(given as never);
    await this.#doWhatIsDue();
    const runs = await Promise.all(ids.map((id) => this.#runsOf(id)));
    return { ids, runs: runs.flat() };
  }
  async signal(token: string, data?: unknown): Promise<void> {
    const { app } = await this.stage.life();
    await app.signal(token, data);
    await this.#doWhatIsDue();
  }
  async cancel(run: RunOrId): Promise<boolean> {
    await this.#doWhatIsDue(); // it may have been asked for just now
    const { app } = await this.stage.life();
    const isAccepted = await app.cancel(idOf(run));
    await this.#doWhatIsDue();
    return isAccepted;
  }
  run(target: { readonly id: string }, input: object): TestedRun {
    const { present } = this.stage;
    const watched = present.functionOf(target);
    if (watched === undefined)
      throw InvalidDefinitionError.for("t.run takes a function that the createFunction of the app under test returned");
    const started = present.app.run(watched as never, input);
    return new TestedRun(started.id, () => this.stage.outcomeOf(started.id, started));
  }
  async steps(run: RunOrId): Promise<readonly TestedStep[]> {
    await this.#doWhatIsDue();
    const { app } = await this.stage.life();
    return testedSteps((await app.runs.get(idOf(run)))?.steps ?? []);
  }

  #doWhatIsDue(): Promise<void> {
    return this.stage.advanceTo((nowMs) => nowMs);
  }
  async #runsOf(eventId: string): Promise<readonly SentRun[]> {
    const { app } = await this.stage.life();
    const { items } = await app.runs.list({ eventId, limit: MOST_RUNS_SHOWN });
    return items.toReversed().map(({ id, function: { id: functionId } }) => {
      const run = new TestedRun(id, () => this.stage.outcomeOf(id, Promise.resolve()));
      return Object.assign(run, { function: functionId });
    });
  }
}

function idOf(run: RunOrId): string {
  return typeof run === "string" ? run : run.id;
}
