// The step under test with its chain: declarations, handlers, `next` and `abstractError`, as the program says.
import { StepTimeoutError, UnexpectedError, type StepTools } from "../../src/index.ts";
import { bodyOf, NOTHING, refused, RETRY_ONCE } from "./bodies.ts";
import { FACTS, type BodyKind } from "./cells.ts";
import { declaredTags, handlerLinks, type HandlerLink } from "./model.ts";
import type { Observation } from "./observation.ts";
import { Missing, Overdrawn, Refused, Replaced, SocketError, StepFailed, Unreachable } from "./table-errors.ts";

/**
 * A step whose links are chosen at run time, so that no one type fits it. That each program is one that TypeScript would let
 * a user write is what the model's `ILLEGAL` is for.
 */
export interface LinkedStep extends PromiseLike<unknown> {
  possibleError(...args: unknown[]): LinkedStep;
  onError(...args: unknown[]): LinkedStep;
  next(...args: unknown[]): LinkedStep;
  abstractError(abstract: unknown): LinkedStep;
  [Symbol.iterator](): Iterator<{ readonly "~raises": unknown }, unknown, unknown>;
}

type Handler = (error: unknown, step: StepTools) => unknown;

const classesByTag: Readonly<Record<string, unknown>> = {
  Refused,
  Unreachable,
  Overdrawn,
  Missing,
  StepFailed,
  StepTimeoutError,
  UnexpectedError,
};

/** Makes the step under test. */
export function subject(step: StepTools, observation: Observation): LinkedStep {
  const { program } = observation;
  const options = {
    name: "Subject",
    ...(program.retries === "once" ? { retries: RETRY_ONCE } : {}),
    ...(program.kind === "timeout" ? { timeout: FACTS.timeoutMs } : {}),
  };
  let linked = step.run(options, bodyOf(observation)) as unknown as LinkedStep;
  linked = declaring(linked, observation);
  if (program.abstract === "first") linked = linked.abstractError(StepFailed);
  linked = handling(linked, observation);
  linked = goingOn(linked, observation);
  return program.abstract === "last" ? linked.abstractError(StepFailed) : linked;
}

function declaring(linked: LinkedStep, observation: Observation): LinkedStep {
  const translate = (thrown: unknown): Unreachable | undefined => {
    observation.translations += 1;
    if (!(thrown instanceof SocketError)) return undefined;
    const { fields, message } = FACTS.unreachable;
    return observation.made("translator", new Unreachable({ ...fields, message, cause: thrown }));
  };
  const others = declaredTags(observation.program).filter((tag) => tag !== "Unreachable");
  return linked.possibleError(...others.map((tag) => classesByTag[tag])).possibleError(Unreachable, translate);
}

function handling(linked: LinkedStep, observation: Observation): LinkedStep {
  const links = handlerLinks(observation.program);
  const { handler } = observation.program;
  if (handler === "map" || handler === "mapUnexpected") {
    return linked.onError(Object.fromEntries(links.map((link) => [link.tag, handlerOf(link, observation)])));
  }
  return links.reduce((before, link) => {
    const made = handlerOf(link, observation);
    return link.tag === undefined ? before.onError(made) : before.onError(classesByTag[link.tag], made);
  }, linked);
}

function goingOn(linked: LinkedStep, observation: Observation): LinkedStep {
  const noting = (error: unknown): Error => {
    observation.nextRuns.push(error);
    return error as Error;
  };
  switch (observation.program.next) {
    case "none":
      return linked;
    case "next()":
      return linked.next();
    case "next(value)":
      return linked.next(FACTS.fallback);
    case "next(fn)":
      return linked.next((error: unknown) => ({ after: noting(error).name }));
    case "next(throws)":
      return linked.next((error: unknown) => {
        noting(error);
        throw observation.made("nextFn", new Error(FACTS.noNext.message));
      });
  }
}

/** A handler, written in the way of the step's body. */
function handlerOf(link: HandlerLink, observation: Observation): Handler {
  const act = ACTS[link.act](observation)[observation.program.body];
  return (error, step) => {
    observation.handlerRuns.push({ id: link.id, given: error });
    return act(error, step);
  };
}

const ACTS: Record<HandlerLink["act"], (observation: Observation) => Record<BodyKind, Handler>> = {
  looks: () => doing(() => undefined),
  runsStep: notingInStep,
  raises: (observation) => raising(() => observation.made("handler", replaced(undefined))),
  raisesWithCause: (observation) =>
    raising(() => {
      const cause = observation.made("handlerCause", new Error(FACTS.ownCause.message));
      return observation.made("handler", replaced(cause));
    }),
  raisesRefused: (observation) => raising(() => observation.made("handler", refused())),
  throws: (observation) =>
    doing(() => {
      throw observation.made("handler", new Error(FACTS.clumsy.message));
    }),
  rethrows: () =>
    doing((error) => {
      throw error;
    }),
};

function doing(act: (error: unknown) => unknown): Record<BodyKind, Handler> {
  return {
    plain: act,
    async: async (error) => act(error),
    *generator(error) {
      yield* NOTHING;
      act(error);
    },
    async *asyncGenerator(error) {
      yield* NOTHING;
      act(error);
    },
  };
}

function notingInStep(observation: Observation): Record<BodyKind, Handler> {
  const note = () => observation.enterSubstep("Note");
  return {
    plain: (_, step) => step.run("Note", note),
    async: async (_, step) => await step.run("Note", note),
    *generator(_, step) {
      yield* step.run("Note", note);
    },
    async *asyncGenerator(_, step) {
      yield* step.run("Note", note);
    },
  };
}

function raising(error: () => Replaced | Refused): Record<BodyKind, Handler> {
  return {
    plain: (_, step) => step.fail(error()),
    async: async (_, step) => await step.fail(error()),
    *generator() {
      throw yield* error();
    },
    async *asyncGenerator() {
      throw yield* error();
    },
  };
}

function replaced(cause: Error | undefined): Replaced {
  const given = { ...FACTS.replaced.fields, message: FACTS.replaced.message };
  return new Replaced(cause === undefined ? given : { ...given, cause });
}
