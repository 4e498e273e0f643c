// Calls to a store that is elsewhere: a test that moves time first lets them be answered.
//
// Owns: how many are under way in this process. Called by: manual-clock, and tests whose store is on the other side of a connection.
import { systemClock } from "../core/clock.ts";

let underWay = 0;

/** The same object; those of its calls that take their time are counted until they have their answer. */
export function counted<Target extends object>(target: Target): Target {
  return new Proxy(target, {
    get: (object, name) => {
      const member: unknown = Reflect.get(object, name);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]): unknown => {
        const given: unknown = Reflect.apply(member, object, args);
        if (!(given instanceof Promise)) return given;
        underWay++;
        const answered = (): void => void underWay--;
        given.then(answered, answered);
        return given;
      };
    },
  });
}

/** Lets so many turns of the event loop pass, and all calls be answered: the turns are those behind the last answer. */
export async function turnsWithoutCalls(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await new Promise<void>((resolve) => systemClock.turn(resolve));
    if (underWay > 0) turn = -1;
  }
}
