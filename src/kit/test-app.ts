// `createTestApp`: an app's functions in memory, with a clock that the test moves.
import type { App } from "../app/app-types.ts";
import type { AppParts } from "../app/create-app.ts";
import type { ContextSchema } from "../core/context.ts";
import { instantToMs, type Duration } from "../core/duration.ts";
import { InvalidDefinitionError } from "../core/errors.ts";
import type { AnyEventType } from "../core/event.ts";
import { currentAttempt } from "../core/scope.ts";
import { crashEverywhere, type CrashTestInput } from "./crash-everywhere.ts";
import type { StepMock } from "./mock-types.ts";
import { PlayedApp, type RunOrId } from "./played-app.ts";
import { Stage } from "./stage.ts";
import { StepMocks } from "./step-mocks.ts";
import type { TestApp, TestAppOptions, TestedStep } from "./test-app-types.ts";
import type { TestedRun } from "./tested-run.ts";
import { watchOf } from "./watched-run.ts";

const DEFAULT_START_MS = Date.UTC(2026, 0, 1);

/**
 * Puts an app under test: its functions, events and context schema, on a store in memory and a clock that the test moves.
 *
 * Use it in the tests of an app, with any test runner. The app that is given is not started and its store is not touched; its
 * handlers, links and retries are the user's own. Each test app begins with nothing recorded; what its runs record is replayed
 * as on any store. Throws `InvalidDefinitionError` for what is no app.
 *
 * @example
 * const t = createTestApp(app);
 * t.mock("Charge", { id: "ch_1", amount: 4200 });
 * const charge = await t.run(chargeCustomer, { data: { amount: 4200 } });
 */
export function createTestApp<Events extends readonly AnyEventType[], Context extends ContextSchema>(
  app: App<Events, Context>,
  { now }: TestAppOptions = {},
): TestApp<Events, Context> {
  const { "~parts": parts } = Object(app) as { readonly "~parts"?: AppParts };
  if (parts === undefined) throw InvalidDefinitionError.for("createTestApp takes an app that createApp returned");
  return new LiveTestApp(parts, now === undefined ? DEFAULT_START_MS : instantToMs(now)) as never;
}

class LiveTestApp {
  readonly #parts: AppParts;
  readonly #mocks = new StepMocks();
  readonly #startMs: number;
  readonly #play: PlayedApp;

  constructor(parts: AppParts, startMs: number) {
    this.#parts = parts;
    this.#startMs = startMs;
    this.#play = new PlayedApp(new Stage({ parts, mocks: this.#mocks, startMs }));
  }

  get now(): Date {
    return new Date(this.#play.stage.nowMs);
  }
  mock(step: string, given: unknown): StepMock {
    return this.#mocks.add(step, given);
  }
  effect(description: string): void {
    const node = currentAttempt()?.node;
    if (node !== undefined) watchOf(node)?.did(node, description);
  }
  crashEverywhere(target: { readonly id: string; readonly name: string }, input: CrashTestInput): Promise<void> {
    const stageOptions = { parts: this.#parts, mocks: this.#mocks, startMs: this.#startMs };
    return crashEverywhere(stageOptions, target, input);
  }

  advance(duration: Duration): Promise<void> {
    return this.#play.advance(duration);
  }
  send(events: unknown): ReturnType<PlayedApp["send"]> {
    return this.#play.send(events);
  }
  signal(token: string, data?: unknown): Promise<void> {
    return this.#play.signal(token, data);
  }
  run(target: { readonly id: string }, input: object): TestedRun {
    return this.#play.run(target, input);
  }
  steps(run: RunOrId): Promise<readonly TestedStep[]> {
    return this.#play.steps(run);
  }
  cancel(run: RunOrId): Promise<boolean> {
    return this.#play.cancel(run);
  }
}
