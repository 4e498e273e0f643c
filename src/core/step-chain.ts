// The links of a step's chain, as data. A chain is never changed: each link makes a longer one. Pure.
import { InvalidStepError } from "./errors.ts";
import type { ErrorClass } from "./step-algebra.ts";
import { isThrownOf, partOfThrown } from "../internal/thrown.ts";

export type Handler = (error: any, step: any) => unknown;

export type Link =
  | {
      readonly kind: "possibleError";
      readonly errorClass: ErrorClass;
      readonly translate?: (thrown: unknown) => unknown;
    }
  | { readonly kind: "onError"; readonly errorClass: ErrorClass | undefined; readonly handler: Handler }
  | { readonly kind: "onTags"; readonly handlers: Readonly<Record<string, Handler>> }
  | { readonly kind: "next"; readonly data: unknown }
  | { readonly kind: "abstractError"; readonly wrap: (cause: unknown) => unknown }
  | { readonly kind: "result" };

export type Chain = readonly Link[];
export const NO_LINKS: Chain = Object.freeze([]);

/** Reads `possibleError(A, B, …)` and `possibleError(A, translate)`. */
export function possibleErrorLinks(args: readonly unknown[]): Link[] {
  const [first, second] = args;
  if (args.length === 2 && isErrorClass(first) && typeof second === "function" && !isErrorClass(second)) {
    return [{ kind: "possibleError", errorClass: first, translate: second as (thrown: unknown) => unknown }];
  }
  return args.map(possibleErrorLink);
}

function possibleErrorLink(errorClass: unknown): Link {
  if (!isErrorClass(errorClass))
    throw InvalidStepError.for("possibleError takes classes of errors: possibleError(CardDeclined, …)");
  return { kind: "possibleError", errorClass };
}

/** Reads `onError(handler)`, `onError(Class, handler)` and `onError({ Tag: handler })`. */
export function onErrorLink(args: readonly unknown[]): Link {
  const [first, second] = args;
  if (typeof second === "function") {
    if (!isErrorClass(first)) throw InvalidStepError.for("onError(Class, handler) takes a class of errors first");
    return { kind: "onError", errorClass: first, handler: second as Handler };
  }
  if (typeof first === "function") return { kind: "onError", errorClass: undefined, handler: first as Handler };
  if (typeof first === "object" && first !== null)
    return { kind: "onTags", handlers: first as Record<string, Handler> };
  throw InvalidStepError.for("onError takes a handler, a class and a handler, or a table of handlers by tag");
}

/** Reads `abstractError(Class)` and `abstractError((cause) => error)`. */
export function abstractErrorLink([given]: readonly unknown[]): Link {
  if (typeof given !== "function")
    throw InvalidStepError.for("abstractError takes a class made by AbstractError, or a function of the cause");
  const wrap =
    "~abstract" in given
      ? (cause: unknown) => new (given as unknown as new (cause: unknown) => unknown)(cause)
      : (given as (cause: unknown) => unknown);
  return { kind: "abstractError", wrap };
}

/** The classes that a step declares, by `possibleError` and by `errors: [...]`. */
export function declaredIn(chain: Chain, errors: readonly ErrorClass[] | undefined): readonly ErrorClass[] {
  const classes = chain.flatMap((link) => (link.kind === "possibleError" ? [link.errorClass] : []));
  return errors === undefined ? classes : [...errors, ...classes];
}

/** Whether an error is of a class that a step declares. */
export function isDeclaredIn(chain: Chain, errors: readonly ErrorClass[] | undefined, error: unknown): boolean {
  for (const link of chain) if (link.kind === "possibleError" && isThrownOf(error, link.errorClass)) return true;
  return errors !== undefined && errors.some((errorClass) => isThrownOf(error, errorClass));
}

const NO_CLASSES: readonly ErrorClass[] = [];

/** All classes that a step names: what its errors are revived as. */
export function classesIn(chain: Chain, errors: readonly ErrorClass[] | undefined): readonly ErrorClass[] {
  if (chain.length === 0) return errors ?? NO_CLASSES;
  const named = chain.flatMap((link) =>
    link.kind === "onError" && link.errorClass !== undefined ? [link.errorClass] : [],
  );
  return [...declaredIn(chain, errors), ...named];
}

/** The untagged classes that a chain's `abstractError((cause) => error)` makes, found by asking it. */
export function abstractClassesIn(chain: Chain, cause: unknown): readonly ErrorClass[] {
  return chain.flatMap((link) => {
    if (link.kind !== "abstractError") return [];
    try {
      const made = link.wrap(cause);
      return made instanceof Error ? [made.constructor as ErrorClass] : [];
    } catch {
      return []; // it does not understand this cause: then this error is not of its making
    }
  });
}

/** The handler that a link has for this failure. */
export function handlerFor(link: Link & { kind: "onError" | "onTags" }, error: unknown): Handler | undefined {
  if (link.kind === "onError") {
    return link.errorClass === undefined || isThrownOf(error, link.errorClass) ? link.handler : undefined;
  }
  const tag = partOfThrown(error, "_tag");
  return typeof tag === "string" && Object.hasOwn(link.handlers, tag) ? link.handlers[tag] : undefined;
}

function isErrorClass(value: unknown): value is ErrorClass {
  return (
    typeof value === "function" &&
    (value === Error || value.prototype instanceof Error || value.prototype?._tag !== undefined)
  );
}
