// A process of its own: one step hands out something that resists being written down, and the run has to go on all the same.
// Its argument names what; it prints what code saw, as JSON.
import { createApp } from "../../src/index.ts";
import { memory } from "../../src/memory.ts";

function hidden<Made extends object>(made: Made, key: PropertyKey, property: PropertyDescriptor): Made {
  return Object.defineProperty(made, key, { enumerable: true, configurable: true, ...property });
}
const failing = (): never => {
  throw new RangeError("it resists");
};

export const STUBBORN: Readonly<
  Record<string, { readonly returned?: () => unknown; readonly thrown?: () => unknown }>
> = {
  "a view of shared memory": { returned: () => new Uint8Array(new SharedArrayBuffer(4)) },
  "an error with a view of shared memory": {
    thrown: () => Object.assign(new Error("m"), { data: new Uint8Array(new SharedArrayBuffer(4)) }),
  },
  "an error with a key __proto__": { thrown: () => hidden(new Error("m"), "__proto__", { value: { a: 1 } }) },
  "an error whose name is a function": { thrown: () => Object.assign(new Error("m"), { name: () => 1 }) },
  "an error whose message is a symbol": { thrown: () => Object.assign(new Error("m"), { message: Symbol("m") }) },
  "an error with a field that throws": { thrown: () => hidden(new Error("m"), "code", { get: failing }) },
  "an error whose cause throws": { thrown: () => hidden(new Error("m"), "cause", { get: failing }) },
  "an error whose stack throws": { thrown: () => hidden(new Error("m"), "stack", { get: failing }) },
  "an error that is all traps": {
    thrown: () => new Proxy(new Error("m"), { ownKeys: failing, getOwnPropertyDescriptor: failing }),
  },
  "10,000 causes": {
    thrown: () => Array.from({ length: 10_000 }).reduce<unknown>((cause) => new Error("m", { cause }), undefined),
  },
  "a value with a part that throws": { returned: () => hidden({ a: 1 }, "b", { get: failing }) },
  "a value that is all traps": {
    returned: () => ({ part: new Proxy({}, { ownKeys: failing, getPrototypeOf: failing }) }),
  },
};

const given = STUBBORN[process.argv[2] ?? ""];
if (given !== undefined) {
  let calls = 0;
  const app = createApp({ name: "stubborn", store: memory(), observers: [] });
  const handOut = app.createFunction({ name: "Hand out" }, { event: "go" }, async ({ step }) => {
    let seen: unknown;
    try {
      await step.run({ name: "Make", retries: 0 }, () => {
        calls++;
        if (given.thrown !== undefined) throw given.thrown();
        return given.returned?.();
      });
    } catch (error) {
      seen = (error as { readonly _tag?: unknown })._tag;
    }
    return { seen, after: await step.run("Go on", () => "went on") };
  });
  await app.start();
  const output = await app.run(handOut, { data: null });
  await app.stop();
  console.log(JSON.stringify({ ...output, calls }));
}
