// The type algebra of a step: what it gives (Value) and the union of the ways it can fail (Failure). Types only, no imports.
// Rules and their reasons: docs/reference/language.md, sections 4 and 6.

/** The tags among the failures. */
export type TagOf<Failure> = Failure extends { readonly _tag: infer Tag extends string } ? Tag : never;

/** A class of errors, as `possibleError` and `errors: [...]` take it. */
export type ErrorClass<Instance = any> = abstract new (...args: any[]) => Instance;

/** A class made by `AbstractError`. */
export type AbstractErrorClass<Instance> = (new (cause: any) => Instance) & { readonly "~abstract": true };

/**
 * What a generator body yields for a step that can fail with `Failure`.
 *
 * It exists in types only. The optional key per tag keeps TypeScript's union reduction from dropping a tagged class
 * beside an untagged `Error`; the property itself is read back by {@link FailureOf}.
 */
export type Raises<Failure> = { readonly "~raises": Failure } & Discriminant<Failure> & {
    readonly [Tag in [Failure] extends [{ readonly _tag: string }] ? Failure["_tag"] : TagOrNone<Failure>]?: true;
  };
type TagOrNone<Failure> = Failure extends { readonly _tag: infer Tag extends string } ? Tag : "untagged";
// By one literal property a compiler tells two yields apart at a glance. Without it, it compares each with each, structure by
// structure: five times the time in a body of 240 steps. It is a mapped type, because a conditional one would make steps invariant.
type Discriminant<Failure> = { readonly [Key in keyof Failure & "_tag"]: Failure[Key] };

/** What only steps have. It is asked first: saying no to a body that is none is then one look at one property. */
interface StepBrand {
  readonly [Symbol.toStringTag]: "Step";
}
interface StepShape<Value, Failure> extends StepBrand {
  [Symbol.iterator](): Iterator<Raises<Failure>, Value, any>;
}
type ValueOfStep<Given> = Given extends StepShape<infer Value, any> ? Value : Awaited<Given>;
type FailureOfStep<Given> = Given extends StepShape<any, infer Failure> ? Failure : never;

// The cost of these is measured (bench/types). `unknown extends X` stands for "any or unknown"; a plain promise is read by its
// argument, because reading it through `then`, as `Awaited` does, costs five times as much; and the failures of all that a body
// yields are looked up at once, member by member only where something else is among them.
type RaisedBy<Yielded> = unknown extends Yielded
  ? RaisedByEach<Yielded>
  : [Yielded] extends [{ readonly "~raises": unknown }]
    ? Yielded["~raises"]
    : RaisedByEach<Yielded>;
type RaisedByEach<Yielded> = Yielded extends { readonly "~raises": infer Failure }
  ? Failure
  : Yielded extends StepBrand
    ? FailureOfStep<Yielded>
    : never;
type Returned<Result> = unknown extends Result
  ? Result
  : Result extends StepBrand
    ? ValueOfStep<Result>
    : Awaited<Result>;
type RaisedByReturn<Result> = unknown extends Result ? never : Result extends StepBrand ? FailureOfStep<Result> : never;

/** The value that a body gives: what it returns, awaited, also through a generator or a returned step. */
export type ValueOf<Body> = unknown extends Body
  ? Body
  : Body extends StepBrand
    ? ValueOfStep<Body>
    : Body extends Promise<infer Value>
      ? Promise<Value> extends Body
        ? Awaited<Value>
        : Awaited<Body>
      : Body extends Generator<any, infer Result, any>
        ? Returned<Result>
        : Body extends AsyncGenerator<any, infer Result, any>
          ? Returned<Result>
          : Awaited<Body>;

/** The failures that TypeScript can see in what a body gives back: those of each inner `yield*`, and of a returned step. */
export type FailureOf<Body> = unknown extends Body
  ? never
  : Body extends StepBrand
    ? FailureOfStep<Body>
    : Body extends Generator<infer Yielded, infer Result, any>
      ? RaisedBy<Yielded> | RaisedByReturn<Result>
      : Body extends AsyncGenerator<infer Yielded, any, any>
        ? RaisedBy<Yielded>
        : never;

/** Shown where a class is named that this step cannot fail with. */
export interface NotAFailureOf<Failure> {
  readonly "this step can fail with": Failure;
}

/** Shown where a body with `errors: [...]` awaits a step that can also fail with something else. */
export interface NotListed<Failure> {
  readonly "not in `errors`": Failure;
}

/** Shown where an option is written that does not exist. */
export interface NoSuchOption<Name> {
  readonly "there is no option": Name;
}

/** Shown where a handler is given for a tag that the step cannot fail with. */
export interface NoSuchFailure<Tag> {
  readonly "this step cannot fail with": Tag;
}

/** The members of `Failure` that have a tag. */
export type TaggedIn<Failure> = Extract<Failure, { readonly _tag: string }>;

/** The member of `Failure` with this tag. */
export type WithTag<Failure, Tag> = Extract<Failure, { readonly _tag: Tag }>;

/** Refuses handlers for tags that are not among the failures. */
export type NoOtherTags<Handlers, Failure> = {
  readonly [Tag in Exclude<keyof Handlers, TagOf<Failure> | "UnexpectedError">]: NoSuchFailure<Tag>;
};

/** What a table of handlers can raise. */
export type RaisedByHandlers<Handlers> = {
  [Tag in keyof Handlers]: Handlers[Tag] extends (...args: never) => infer Body ? FailureOf<Body> : never;
}[keyof Handlers];

/** The members of `Failure` that naming `Instance` takes away: by tag where it has one; an untagged class never takes a tagged member. */
export type CaughtBy<Failure, Instance> = Failure extends unknown
  ? Instance extends { readonly _tag: string }
    ? Extract<Failure, Instance>
    : Failure extends { readonly _tag: string }
      ? never
      : Extract<Failure, Instance>
  : never;
