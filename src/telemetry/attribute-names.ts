// Every name that spans, metrics and log lines carry, in one table. Pure.

/** Attributes of this library. */
export const NAME = {
  appName: "surefoot.app.name",
  functionName: "surefoot.function.name",
  runId: "surefoot.run.id",
  runState: "surefoot.run.state",
  runOutcome: "surefoot.run.outcome",
  stepName: "surefoot.step.name",
  stepOutcome: "surefoot.step.outcome",
  stepTags: "surefoot.step.tags",
  eventName: "surefoot.event.name",
  eventId: "surefoot.event.id",
  linkType: "surefoot.link.type",
  errorDeclared: "surefoot.error.declared",
  errorDisposition: "surefoot.error.disposition",
  errorCauses: "surefoot.error.cause.types",
  context: "surefoot.context.",
} as const;

/** Events on the span of a run. */
export const HAPPENED = {
  suspended: "surefoot.suspended",
  takenOver: "surefoot.taken_over",
  paused: "surefoot.paused",
} as const;

/** The names of the semantic conventions, where they have one. */
export const CONVENTION = {
  errorType: "error.type",
  operationType: "messaging.operation.type",
  destination: "messaging.destination.name",
  messageId: "messaging.message.id",
  messageCount: "messaging.batch.message_count",
} as const;

/** What the keys of the business context are called on spans and log lines. */
const CONTEXT_NAMES: Readonly<Record<string, string>> = {
  userId: "user.id",
  userEmail: "user.email",
  endpoint: "http.route",
};

/** What the span of an attempt carries of its step. Literal names: it is made for each span, and computed ones cost as much as the rest. */
export function stepAttributes(
  step: {
    readonly run: { readonly id: string };
    readonly number: string;
    readonly kind: string;
    readonly attempt: number;
    readonly attemptsAllowed: number;
  },
  name: string,
  path: string,
): Record<string, AttributeValue> {
  return {
    "surefoot.run.id": step.run.id,
    "surefoot.step.name": name,
    "surefoot.step.number": step.number,
    "surefoot.step.path": path,
    "surefoot.step.kind": step.kind,
    "surefoot.step.attempt": step.attempt,
    "surefoot.step.max_attempts": step.attemptsAllowed,
  };
}

/** Numbers, texts and yes or no, as attributes have them. */
export type AttributeValue = string | number | boolean;

/** The chosen keys of a context, as attributes. Only plain values: what is inside others stays there. */
export function contextAttributes(
  context: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const key of keys) {
    const value = Object.hasOwn(context, key) ? context[key] : undefined;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      attributes[CONTEXT_NAMES[key] ?? `${NAME.context}${key}`] = value;
  }
  return attributes;
}
