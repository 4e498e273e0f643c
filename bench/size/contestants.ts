// What is weighed beside surefoot: typed failures as the peers have them. Pure.

interface PeerProgram {
  readonly title: string;
  /** The package, which is installed alone, too. */
  readonly peer: string;
  readonly code: string;
}

export const PEER_PROGRAMS = {
  effect: {
    title: "Effect 4: generators, tagged errors, retries, timeouts, sleeps, spans",
    peer: "effect",
    code: `import { Data, Effect } from "effect";
      class Declined extends Data.TaggedError("Declined") {}
      const charge = Effect.gen(function* () {
        yield* Effect.sleep("1 second");
        return yield* Effect.all([new Declined(), Effect.tryPromise(() => fetch("http://localhost"))], { concurrency: 2 });
      });
      export const program = () => Effect.runPromise(charge.pipe(
        Effect.retry({ times: 3 }), Effect.timeout("1 minute"), Effect.withSpan("Charge"),
        Effect.catchTag("Declined", () => Effect.succeed(0))));`,
  },
  neverthrow: {
    title: "neverthrow",
    peer: "neverthrow",
    code: `import { ResultAsync, err, ok, safeTry } from "neverthrow"; export { ResultAsync, err, ok, safeTry };`,
  },
  "better-result": {
    title: "better-result",
    peer: "better-result",
    code: `import { Result, TaggedError } from "better-result"; export { Result, TaggedError };`,
  },
  "typescript-result": {
    title: "typescript-result",
    peer: "typescript-result",
    code: `import { Result } from "typescript-result"; export { Result };`,
  },
} as const satisfies Readonly<Record<string, PeerProgram>>;

export type PeerName = keyof typeof PEER_PROGRAMS;
export const PEER_NAMES = Object.keys(PEER_PROGRAMS) as readonly PeerName[];

/** The packages that are installed alone, to count what each brings. */
export const INSTALLED_PEERS: readonly string[] = [...new Set(PEER_NAMES.map((name) => PEER_PROGRAMS[name].peer))];
