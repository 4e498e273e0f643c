// Looks around inside the bodies: what the imported `step` says there, and how long a body took by its own clock.
//
// Owns: what was seen. Does not own: what ought to be seen (record-problems).
// Called by: surefoot-checks.
import { step } from "../../../dist/index.js";
import type { CodedError, SurefootBodies } from "../contestants/surefoot-setting.ts";
import type { Event } from "../workloads.ts";

/** What `step` says of the step that is running. */
interface Place {
  readonly number: string;
  readonly name: string;
  readonly path: string;
  readonly attempt: number;
}

export interface Sight {
  readonly where: "leaf" | "composite" | "onError";
  readonly before: Place;
  /** After the body waited for something, or its last substep ended. */
  readonly after: Place;
  readonly bodyMs: number;
}

export type BodyStyle = "generator" | "async" | "async generator";
type AnyBody = (...args: any[]) => any;

/** So that a body takes time that can be seen in the records. */
const LEAST_BODY_MS = 0.02;

export class Probes {
  #sights: Sight[] = [];

  /** Hands over what was seen since the last time. */
  take(): readonly Sight[] {
    const sights = this.#sights;
    this.#sights = [];
    return sights;
  }

  /** The bodies with probes in them. */
  in(bodies: SurefootBodies, style: BodyStyle): SurefootBodies {
    const inLeaf = (body: (event: Event) => Promise<number>) => async (event: Event) => {
      const seen = this.#enter("leaf");
      spin(LEAST_BODY_MS);
      await Promise.resolve();
      seen();
      return body(event);
    };
    return {
      first: inLeaf(bodies.first),
      second: inLeaf(bodies.second),
      third: inLeaf(bodies.third),
      failing: inLeaf(bodies.failing),
      noted: (error: CodedError) => {
        const seen = this.#enter("onError");
        bodies.noted(error);
        seen();
      },
      composite: ((body: AnyBody) => this.#around(body, style)) as SurefootBodies["composite"],
    };
  }

  #around(body: AnyBody, style: BodyStyle): AnyBody {
    const enter = () => this.#enter("composite");
    const inStyle: Readonly<Record<BodyStyle, AnyBody>> = {
      generator: function* (...args) {
        const seen = enter();
        const value: unknown = yield* body(...args);
        seen();
        return value;
      },
      async: async (...args) => {
        const seen = enter();
        const value: unknown = await body(...args);
        seen();
        return value;
      },
      "async generator": async function* (...args) {
        const seen = enter();
        const value: unknown = yield* body(...args);
        seen();
        return value;
      },
    };
    return inStyle[style];
  }

  #enter(where: Sight["where"]): () => void {
    const before = placeOfStep();
    const startedMs = performance.now();
    return () => this.#sights.push({ where, before, after: placeOfStep(), bodyMs: performance.now() - startedMs });
  }
}

function placeOfStep(): Place {
  const { number, name, path, attempt } = step;
  return { number, name, path, attempt };
}

function spin(milliseconds: number): void {
  const endMs = performance.now() + milliseconds;
  while (performance.now() < endMs);
}
