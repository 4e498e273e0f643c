// Events: what is sent, what a function receives, and typed event types (N3).
import type { BusinessContext } from "./context.ts";
import type { SchemaInput, SchemaOutput, StandardSchema } from "./standard-schema.ts";

/** An event as a function receives it. */
export interface ReceivedEvent<Name extends string = string, Data = any, Context = BusinessContext> {
  readonly id: string;
  readonly name: Name;
  readonly data: Data;
  readonly user: any;
  /** Milliseconds since 1970. */
  readonly ts: number;
  /** The version of the event's shape, where the sender gave one. */
  readonly v: string | undefined;
  readonly context: Context;
}

/** What the event is called that a schedule starts a function with. */
export const CRON_EVENT = "surefoot/cron";
/** The data of a schedule's event. */
export interface CronData {
  /** The expression. */
  readonly cron: string;
  /** The moment that it stands for: before now, if nobody was there to start it then. */
  readonly scheduledAt: Date;
}

/** What `eventType` takes besides a name. */
export interface EventTypeOptions<Schema> {
  /** Any Standard Schema: zod, valibot, arktype. Data that does not fit is refused by `send`. */
  readonly schema?: Schema;
  readonly version?: string;
  /** Places in its data that observers, spans, logs and the story must not show: `"customer.phone"`, `"lines.*.note"`. */
  readonly redact?: readonly string[];
}

/** What an event can carry besides its data. */
export interface EventExtras {
  readonly id?: string | undefined;
  readonly ts?: number | undefined;
  readonly user?: any;
  readonly context?: any;
}

/** An event's name with the schema of its data. Made by {@link eventType}. */
export interface EventType<Name extends string, Schema> {
  readonly name: Name;
  readonly schema: Schema;
  readonly version: string | undefined;
  readonly redact?: readonly string[] | undefined;
  create(
    data: SchemaInput<Schema>,
    extras?: EventExtras,
  ): { readonly name: Name; readonly data: SchemaInput<Schema> } & EventExtras;
}
/** An event type of any name and schema. */
export type AnyEventType = EventType<string, StandardSchema<any, any> | undefined>;

/** The data that a function reads from an event of this type. */
export type DataOf<Type> = Type extends { readonly schema: infer Schema }
  ? [Schema] extends [undefined]
    ? any
    : SchemaOutput<Schema>
  : any;
/** The data that a sender of this type gives. */
export type DataInputOf<Type> = Type extends { readonly schema: infer Schema }
  ? [Schema] extends [undefined]
    ? any
    : SchemaInput<Schema>
  : any;

/**
 * Names an event and types its data: a trigger for functions, and a maker of events to send.
 *
 * Use it where more than one place knows an event. Its schema is checked by `send`, before anything is stored.
 *
 * @example
 * const invoiceCreated = eventType("api/invoice.created", { schema: z.object({ amount: z.number() }) });
 * await app.send(invoiceCreated.create({ amount: 4200 }, { id: "invoice-17" }));
 */
export function eventType<const Name extends string, Schema extends StandardSchema<any, any> | undefined = undefined>(
  name: Name,
  options: EventTypeOptions<Schema> = {},
): EventType<Name, Schema> {
  return {
    name,
    schema: options.schema as Schema,
    version: options.version,
    redact: options.redact,
    create: (data, extras = {}) => ({
      name,
      data,
      ...(options.version === undefined ? {} : { v: options.version }),
      ...extras,
    }),
  };
}
