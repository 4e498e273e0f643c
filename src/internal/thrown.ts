// Reading what was thrown. It may be anything: no error, an error whose parts throw when they are read, a proxy that is revoked.

/** Whether it is an instance of a class. */
export function isThrownOf(thrown: unknown, thrownClass: abstract new (...args: any[]) => unknown): boolean {
  try {
    return thrown instanceof thrownClass;
  } catch {
    return false;
  }
}

/** A part of it; undefined for one that cannot be read. */
export function partOfThrown(thrown: unknown, part: PropertyKey): unknown {
  try {
    return (thrown as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[part];
  } catch {
    return undefined;
  }
}

/** It in words, whatever it is. */
export function textOfThrown(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return `something that has no text: ${typeof thrown}`;
  }
}
