// Finds the fields that an observer is told and does not read.
import type { Observer } from "../../../dist/index.js";

type Hook = (news: object) => unknown;

/** The observer, handed news that note each read; and what it has not read by then, hook by hook. */
export function unreadFields(watched: Required<Observer>): {
  readonly observer: Observer;
  readonly unread: () => readonly string[];
} {
  const unreadByHook = new Map<string, Set<string>>();
  const calls = Object.entries(watched).map(([hook, call]) => {
    const noted: Hook = (news) => {
      const left = unreadByHook.get(hook) ?? new Set(fieldsOf(news, ""));
      unreadByHook.set(hook, left);
      return (call as Hook)(notingReads(news, "", (field) => left.delete(field)));
    };
    return [hook, noted] as const;
  });
  return {
    observer: Object.fromEntries(calls),
    unread: () =>
      [...unreadByHook].flatMap(([hook, left]) => [...left].map((field) => `${hook}: ${field} is not read`)),
  };
}

/** Own fields and those of its classes; of what a run consists of, its parts. */
function fieldsOf(value: object, prefix: string): readonly string[] {
  const own = [...Object.keys(value), ...getterNames(value)];
  return own.flatMap((name) => {
    const part = (value as Readonly<Record<string, unknown>>)[name];
    return isOpened(name, part) ? fieldsOf(part, `${prefix}${name}.`) : [`${prefix}${name}`];
  });
}

function getterNames(value: object): readonly string[] {
  const names: string[] = [];
  for (let level = Object.getPrototypeOf(value); level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    const members = Object.entries(Object.getOwnPropertyDescriptors(level));
    names.push(...members.filter(([, member]) => "get" in member && member.get !== undefined).map(([name]) => name));
  }
  return names;
}

function isOpened(name: string, part: unknown): part is object {
  return ["run", "function", "event"].includes(name) && typeof part === "object" && part !== null;
}

function notingReads(value: object, prefix: string, note: (field: string) => void): object {
  // Around nothing: a proxy around what is frozen may not show other parts.
  return new Proxy(Object.create(null) as object, {
    get(_, name) {
      const part: unknown = Reflect.get(value, name, value);
      const field = `${prefix}${String(name)}`;
      note(field);
      return isOpened(String(name), part) ? notingReads(part, `${field}.`, note) : part;
    },
  });
}
