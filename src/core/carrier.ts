// What carrying out a step takes besides the step.
import type { Clock } from "./clock.ts";
import type { Engine } from "./engine.ts";
import type { Randomness } from "./ids.ts";
import type { Post } from "./post.ts";
import type { ResolvedRetryPolicy } from "./retry.ts";
import type { StepAudience } from "./step-audience.ts";

export interface Carrier {
  readonly engine: Engine;
  readonly audience: StepAudience;
  readonly clock: Clock;
  readonly random: Randomness;
  /** Of the app; a run outside any has none. */
  readonly post: Post | undefined;
  /** Of the function, for steps that say nothing of their own. */
  readonly retries: ResolvedRetryPolicy;
}
