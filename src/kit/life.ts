// One start of the process that an app under test lives in: the user's functions, on a store and a clock of the kit.
//
// Owns: the app of this start, and which of its runs are in memory. Does not own: the journal, which outlives it (stage.ts).
// Called by: stage.ts.
import { LiveFunction } from "../app/app-function.ts";
import { createAppWith, type AppParts } from "../app/create-app.ts";
import type { App } from "../app/app-types.ts";
import type { Randomness } from "../core/ids.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Body } from "../core/step-plan.ts";
import type { StepNode } from "../core/step-tree.ts";
import { DurableBackend } from "../durable/durable-backend.ts";
import type { ProcessIdentity } from "../durable/process-identity.ts";
import type { Store } from "../durable/store.ts";
import { MortalStore } from "./mortal-store.ts";
import type { RunLog } from "./run-log.ts";
import type { StepMocks } from "./step-mocks.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { WatchedFunction, type RunWatch } from "./watched-run.ts";

/** The kit buries its dead itself. */
const PROCESSES: ProcessIdentity = { self: "test", isGone: () => false, describe: () => "the process that crashed" };
const CONCURRENCY = 10_000;

export interface LifeOptions {
  readonly parts: AppParts;
  readonly journal: Store;
  readonly mocks: StepMocks;
  readonly log: RunLog | undefined;
  readonly random: Randomness;
  readonly startMs: number;
  /** After how many writes the process is gone. */
  readonly mostWrites: number;
}

export class Life implements RunWatch {
  readonly clock: VirtualClock;
  readonly store: MortalStore;
  readonly app: App<any, any>;
  readonly #options: LifeOptions;
  readonly #functionsById: Map<string, LiveFunction>;
  /** Functions, and steps, whose bodies were entered here. */
  readonly #entered = new Set<StepNode>();
  /** Grows with all that happens. */
  news = 0;

  constructor(options: LifeOptions) {
    const { parts, journal, random, startMs, mostWrites, log } = options;
    this.#options = options;
    this.clock = new VirtualClock(startMs);
    this.store = new MortalStore(journal, { limit: mostWrites, onNews: () => this.noteNews() });
    const { retries, store } = parts.options;
    this.app = createAppWith(
      {
        ...parts.options,
        store: { "~attach": (host) => new DurableBackend(this.store.port, host, PROCESSES) },
        observers: [],
        story: false,
        retention: false,
        retries: retries ?? (store === undefined ? 0 : undefined),
        ...(log === undefined ? {} : { onMismatch: "pause" }),
      },
      { clock: this.clock, random },
    );
    this.#functionsById = (this.app as unknown as { readonly "~parts": AppParts })["~parts"].functionsById;
  }

  async start(): Promise<void> {
    this.noteFunctions();
    await this.app.start({ concurrency: CONCURRENCY });
  }
  /** The app may have got more functions since. */
  noteFunctions(): void {
    for (const [id, original] of this.#options.parts.functionsById)
      if (!this.#functionsById.has(id)) this.#functionsById.set(id, new WatchedFunction(original, this));
  }
  /** The function as it is here. Undefined: it is of another app. */
  functionOf(original: { readonly id: string }): LiveFunction | undefined {
    const isOurs = this.#options.parts.functionsById.get(original.id) === original;
    return isOurs ? this.#functionsById.get(original.id) : undefined;
  }
  /** Nothing begins any more, and no time passes. */
  end(): void {
    this.store.isCut = true;
    this.clock.stop();
  }

  /** Bodies that are at something that is no step. One that has asked for none yet may be without an attempt. */
  bodiesAtWork(): readonly StepNode[] {
    for (const node of this.#entered) if (node.run.isDropped || node.hasEnded) this.#entered.delete(node);
    return [...this.#entered].filter(({ phase, attempt }) => phase === "running" && (attempt?.openSteps ?? 0) === 0);
  }

  get isGone(): boolean {
    return this.store.isCut;
  }
  began(root: StepNode): void {
    this.#entered.add(root);
  }
  noteNews(): void {
    this.news++;
  }
  mockOf(node: StepNode): Body | undefined {
    return this.#options.mocks.bodyOf(node);
  }
  entered(node: StepNode): void {
    this.noteNews();
    this.#entered.add(node);
    this.#options.log?.entered(node);
  }
  reached(node: StepNode, outcome: Outcome): Outcome {
    return this.#options.log?.reached(node, outcome) ?? outcome;
  }
  did(node: StepNode, effect: string): void {
    this.#options.log?.did(node, effect);
  }
}
