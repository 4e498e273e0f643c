// The business context of an event (N7).
import type { SchemaInput, SchemaOutput, StandardSchema } from "./standard-schema.ts";

/** What every step can read of the business it works for. Open to more keys; `createApp({ context: schema })` types them. */
export interface BusinessContext {
  readonly userId?: string;
  readonly userEmail?: string;
  readonly eventName: string;
  readonly endpoint?: string;
  readonly formData?: any;
  readonly body?: any;
  readonly [key: string]: any;
}

type BaseContext = {
  readonly userId?: string;
  readonly userEmail?: string;
  readonly eventName: string;
  readonly endpoint?: string;
  readonly formData?: any;
  readonly body?: any;
};

/** The context that steps read, given an app's context schema. */
export type ContextOf<Schema> = [Schema] extends [undefined]
  ? BusinessContext
  : Omit<BaseContext, keyof SchemaOutput<Schema>> & Readonly<SchemaOutput<Schema>>;

/** The context that a sender gives, given an app's context schema. */
export type ContextInputOf<Schema> = [Schema] extends [undefined] ? Partial<BusinessContext> : SchemaInput<Schema>;

/** `context`, required unless the schema accepts `{}`. */
export type WithContext<Schema> =
  {} extends ContextInputOf<Schema>
    ? { readonly context?: ContextInputOf<Schema> | undefined }
    : { readonly context: ContextInputOf<Schema> };

export type ContextSchema = StandardSchema<any, any> | undefined;

/** What a run's steps read: what the sender gave, completed from the event's user where the sender left it open. */
export function contextOf(eventName: string, given: object | undefined, user: unknown): BusinessContext {
  const { id, email } = typeof user === "object" && user !== null ? (user as { id?: unknown; email?: unknown }) : {};
  return Object.freeze({
    ...(typeof id === "string" ? { userId: id } : {}),
    ...(typeof email === "string" ? { userEmail: email } : {}),
    ...given,
    eventName,
  });
}
