// Random values of every kind that a store keeps, as fast-check arbitraries: nested, shared, cyclic, sparse.
import * as fc from "fast-check";
import { TaggedError } from "../../src/index.ts";

/** Typed arrays by name. Where the platform has no Float16Array, there is none to store. */
const VIEW_KINDS = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
] as const;

interface ViewMaker {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): ArrayBufferView<ArrayBuffer>;
}
const makers = globalThis as unknown as Readonly<Record<string, ViewMaker | undefined>>;
const viewKinds = VIEW_KINDS.filter((kind) => makers[kind] !== undefined);

const ODD_TEXTS = [
  "",
  "\0",
  "a\0b",
  "\ud800",
  "\udc00x",
  "\u2028",
  "</script>",
  "constructor",
  "toString",
  "then",
  "-1",
  '["Date",""]',
];

/** Texts with control characters, lone surrogates and names that mean something to JavaScript. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(...ODD_TEXTS),
);

/** `__proto__` is no key that a store takes; that it is refused is tested beside what else is. */
export const key: fc.Arbitrary<string> = text.filter((name) => name !== "__proto__");

const primitive: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, Number.NaN, Infinity, -Infinity, null, undefined, true, false),
  fc.bigInt(),
);

/** A view of some bytes that lie between others in their buffer. */
export interface PlacedView {
  readonly kind: (typeof viewKinds)[number] | "DataView" | "Buffer";
  readonly bytes: Uint8Array;
  /** How many times eight bytes are before and behind it. */
  readonly before: number;
  readonly behind: number;
}
export const placedView: fc.Arbitrary<PlacedView> = fc.record({
  kind: fc.constantFrom(...viewKinds, "DataView" as const, "Buffer" as const),
  bytes: fc.uint8Array({ maxLength: 24 }),
  before: fc.nat(2),
  behind: fc.nat(2),
});

/** The view, with `filling` in all bytes of its buffer that are not its own. */
export function viewOf({ kind, bytes, before, behind }: PlacedView, filling: number): ArrayBufferView {
  const size = makers[kind]?.BYTES_PER_ELEMENT ?? 1;
  const length = Math.floor(bytes.length / size);
  const buffer = new ArrayBuffer(before * 8 + length * size + behind * 8);
  new Uint8Array(buffer).fill(filling);
  new Uint8Array(buffer).set(bytes.subarray(0, length * size), before * 8);
  if (kind === "DataView") return new DataView(buffer, before * 8, length);
  return kind === "Buffer" ? Buffer.from(buffer, before * 8, length) : new makers[kind]!(buffer, before * 8, length);
}

const atom: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: primitive },
  fc.oneof(
    { weight: 4, arbitrary: fc.date() },
    fc.constant(Number.NaN).map((time) => new Date(time)),
  ),
  placedView.map((view) => viewOf(view, 0xee)),
  fc.uint8Array({ maxLength: 24 }).map((bytes) => bytes.slice().buffer),
);

type Ref = { readonly node: number } | { readonly atom: unknown };
type Slot = Ref | "hole";
type NodeSpec =
  | { readonly kind: "object" | "null"; readonly entries: readonly (readonly [string, Ref])[] }
  | { readonly kind: "array"; readonly slots: readonly Slot[]; readonly holesBehind: number }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Ref, Ref])[] }
  | { readonly kind: "set"; readonly items: readonly Ref[] }
  | {
      readonly kind: "error";
      readonly make: () => Error;
      readonly entries: readonly (readonly [string, Ref])[];
      readonly cause: Ref | undefined;
    };

const MOST_NODES = 8;

class NodeFailed extends TaggedError("NodeFailed")<Readonly<Record<string, unknown>>> {}
const ERROR_MAKERS = [
  () => new Error("node"),
  () => new TypeError("node"),
  () => new AggregateError([], "node"),
  () => new NodeFailed({ message: "node" }),
];
/** What every error has by itself: no node gives it as a field. */
const PARTS_OF_ERRORS: ReadonlySet<string> = new Set(["_tag", "name", "stack", "message", "cause"]);

function nodeSpec(anyAtom: fc.Arbitrary<unknown>, withErrors: boolean): fc.Arbitrary<NodeSpec> {
  const ref: fc.Arbitrary<Ref> = fc.oneof(
    anyAtom.map((made) => ({ atom: made })),
    fc.nat(MOST_NODES - 1).map((node) => ({ node })),
  );
  const list = { maxLength: 5 };
  const errorSpec = fc.record({
    kind: fc.constant("error" as const),
    make: fc.constantFrom(...ERROR_MAKERS),
    entries: fc.array(
      fc.tuple(
        fc.oneof(
          key.filter((name) => !PARTS_OF_ERRORS.has(name)),
          fc.constant("errors"),
        ),
        ref,
      ),
      list,
    ),
    cause: fc.option(ref, { nil: undefined }),
  });
  return fc.oneof(
    ...(withErrors ? [{ weight: 3, arbitrary: errorSpec }] : []),
    fc.record({
      kind: fc.constantFrom("object" as const, "null" as const),
      entries: fc.array(fc.tuple(key, ref), list),
    }),
    fc.record({
      kind: fc.constant("array" as const),
      slots: fc.array(fc.oneof({ weight: 5, arbitrary: ref }, fc.constant("hole" as const)), list),
      holesBehind: fc.constantFrom(0, 0, 0, 1, 300),
    }),
    fc.record({ kind: fc.constant("map" as const), entries: fc.array(fc.tuple(ref, ref), list) }),
    fc.record({ kind: fc.constant("set" as const), items: fc.array(ref, list) }),
  );
}

/** Values of all kinds that a store keeps, with `more` among their parts. Parts are shared and cyclic as chance has it. */
export function storableValueWith(more: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const anyAtom = fc.oneof({ weight: 6, arbitrary: atom }, more);
  return fc.oneof({ weight: 3, arbitrary: graphOf(anyAtom, false) }, anyAtom);
}

/** Values in which errors, too, share parts with whatever is around them, and are parts of their own parts. */
export const valueWithLinkedErrors: fc.Arbitrary<unknown> = graphOf(atom, true);

function graphOf(anyAtom: fc.Arbitrary<unknown>, withErrors: boolean): fc.Arbitrary<unknown> {
  return fc.array(nodeSpec(anyAtom, withErrors), { minLength: 1, maxLength: MOST_NODES }).map(valueOfGraph);
}

/** Values of all kinds that a store keeps but errors. */
export const storableValue: fc.Arbitrary<unknown> = storableValueWith(atom);

/** A small one, with no cycles, for the fields of errors. */
export const fieldValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: atom },
  fc.array(atom, { maxLength: 3 }),
  fc.dictionary(key, atom, { maxKeys: 3, noNullPrototype: false }),
  fc.array(fc.tuple(primitive, atom), { maxLength: 3 }).map((entries) => new Map(entries)),
);

/** The first node is the value; the others are parts of it where it comes by them. */
function valueOfGraph(specs: readonly NodeSpec[]): unknown {
  const nodes = specs.map(emptyNode);
  const valueOf = (ref: Ref): unknown => ("node" in ref ? nodes[ref.node % nodes.length] : ref.atom);
  specs.forEach((spec, place) => fill(nodes[place]!, spec, valueOf));
  return nodes[0];
}

function emptyNode(spec: NodeSpec): object {
  const { kind } = spec;
  if (kind === "error") return spec.make();
  if (kind === "object" || kind === "null") return kind === "null" ? (Object.create(null) as object) : {};
  return kind === "array" ? [] : kind === "map" ? new Map() : new Set();
}

function fill(node: object, spec: NodeSpec, valueOf: (ref: Ref) => unknown): void {
  switch (spec.kind) {
    case "map":
      for (const [from, to] of spec.entries) (node as Map<unknown, unknown>).set(valueOf(from), valueOf(to));
      return;
    case "set":
      for (const item of spec.items) (node as Set<unknown>).add(valueOf(item));
      return;
    case "array":
      spec.slots.forEach((slot, place) => {
        if (slot !== "hole") (node as unknown[])[place] = valueOf(slot);
      });
      (node as unknown[]).length = spec.slots.length + spec.holesBehind;
      return;
    case "error":
      // An own property that an error has already stays as hidden as it is.
      for (const [name, ref] of spec.entries) Object.assign(node, { [name]: valueOf(ref) });
      if (spec.cause !== undefined) (node as Error).cause = valueOf(spec.cause);
      return;
    default:
      for (const [name, ref] of spec.entries) (node as Record<string, unknown>)[name] = valueOf(ref);
  }
}
