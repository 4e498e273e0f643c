// Checks of bodies and their effects: what ran, how often, and why (H6, H7, H10).
import { checkAtMostOnce, checkIdempotencyKeys, checkSameInEachLife } from "../crash/checks-of-bodies.ts";
import type { BodyLine } from "../crash/ledger.ts";
import { groupBy, violationsOf, type Violation } from "../crash/violation.ts";
import { sightOf } from "./checks-of-sights.ts";
import { keptWrites } from "./checks-of-writes.ts";
import type { BodyPlace, SimulationHistory, Timed } from "./simulation-history.ts";

type Entered = Extract<Timed, { kind: "entered" }>;
type Claimed = Extract<Timed, { kind: "claimed" }>;

export function checkEffects(history: SimulationHistory): Violation[] {
  return violationsOf("H6 what was committed is what a body had as its effect", (report) => {
    const effects = new Map<string, number>();
    for (const entry of history.entries)
      if (entry.kind === "effect" && entry.ends === "value") effects.set(`${entry.run}\n${entry.text}`, entry.order);
    for (const { write, order } of keptWrites(history))
      for (const record of write.records) {
        if (record.state !== "ended" || record.kind !== "run" || record.status !== "completed") continue;
        const sight = sightOf(record);
        const nonce = sight === undefined ? undefined : /^\{"of":"[^"]*","nonce":(\d+)/.exec(sight)?.[1];
        if (nonce === undefined) continue; // another value than a leaf's
        const effect = effects.get(`${write.runId}\n${nonce}`);
        if (effect === undefined || effect > order)
          report(write.runId, `"${record.key}" gave ${sight}, which no body gave`);
      }
  });
}

export function checkOneEntering(history: SimulationHistory): Violation[] {
  return violationsOf("H6 a body is entered once for a claim, and again only after its owner was gone", (report) => {
    const claims = claimsOf(history);
    const freed = history.entries.filter((one) => one.kind === "freed").filter(({ how }) => how !== "released");
    const paused = keptWrites(history).filter(({ write: { change } }) => change?.kind === "pause");
    // By token: one that was taken over and does not know may come second.
    const byToken = entered(history).toSorted((left, right) => left.token - right.token);
    for (const same of groupBy(byToken, ({ run, place, path }) => `${run}\n${place}\n${path}`).values()) {
      for (let place = 1; place < same.length; place++) {
        const [earlier, later] = [same[place - 1]!, same[place]!];
        const text = `${later.place} "${later.path}" was entered by ${earlier.life} and then by ${later.life}`;
        if (earlier.token === later.token) {
          report(later.run, `${text}, both under token ${later.token}`);
          continue;
        }
        const [first, second] = [claims.get(claimKey(earlier))!, claims.get(claimKey(later))!];
        const isBetween = ({ order }: Timed): boolean => order > first.order && order < second.order;
        const isWitnessed =
          freed.some((one) => one.incarnation === first.incarnation && isBetween(one)) ||
          paused.some((one) => one.write.runId === later.run && isBetween(one));
        if (!isWitnessed) report(later.run, `${text}, and nobody had taken it from the first`);
      }
    }
  });
}

/** A worker that drains, or lets a run leave memory, first lets end what is at work. What is left behind after its time is freed, not written. */
export function checkNothingLeftAtWork(history: SimulationHistory): Violation[] {
  return violationsOf("H6 no run is given up while a body of it is at work", (report) => {
    const atWork = new Map<string, Entered>();
    for (const entry of history.entries) {
      if (entry.kind === "entered") atWork.set(bodyKey(entry), entry);
      else if (entry.kind === "effect") atWork.delete(bodyKey(entry));
      else if (entry.kind === "written" && entry.result === "kept" && entry.write.change?.kind === "suspend") {
        const { runId, token, change } = entry.write;
        for (const { run, token: claim, path } of atWork.values())
          if (run === runId && claim === token)
            report(run, `${entry.life} gave it up as ${change.status}, and "${path}" was at work`);
      }
    }
  });
}

function bodyKey({ life, run, token, place, path }: BodyPlace): string {
  return [life, run, token, place, path].join("\n");
}

/** What is known when a run is claimed is not done again. */
export function checkRecordedNotRunAgain(history: SimulationHistory): Violation[] {
  return violationsOf("H6 nothing that was recorded when a run was claimed runs again", (report) => {
    const claims = claimsOf(history);
    const ends = new Map<string, number>();
    const attempts = new Map<string, { readonly order: number; readonly attempt: number }[]>();
    for (const { write, order } of keptWrites(history))
      for (const { key, state, attempts: attempt } of write.records) {
        const place = `${write.runId}\n${key}`;
        if (state === "ended") ends.set(place, order);
        if (state === "retrying") attempts.set(place, [...(attempts.get(place) ?? []), { order, attempt }]);
      }
    for (const one of entered(history)) {
      const claimOrder = claims.get(claimKey(one))?.order ?? -1;
      const done = around(one.path).find((key) => (ends.get(`${one.run}\n${key}`) ?? Infinity) < claimOrder);
      if (done !== undefined) report(one.run, `${one.life} entered "${one.path}", and "${done}" had its outcome`);
      const next = attempts.get(`${one.run}\n${one.path}`)?.findLast(({ order }) => order < claimOrder);
      if (next !== undefined && one.attempt < next.attempt)
        report(
          one.run,
          `${one.life} entered attempt ${one.attempt} of "${one.path}", and ${next.attempt} was to be next`,
        );
    }
  });
}

/** P3 */
export function checkTakeoversTold(history: SimulationHistory): Violation[] {
  return violationsOf("H6 each takeover is told in its run", (report) => {
    const owners = new Map<string, string>();
    const lost = new Map<string, number>();
    for (const entry of history.entries) {
      if (entry.kind === "claimed") owners.set(entry.run, entry.incarnation);
      else if (entry.kind === "written" && entry.result === "kept" && isLeaving(entry.write.change?.kind))
        owners.delete(entry.write.runId);
      else if (entry.kind === "freed")
        for (const [run, owner] of owners)
          if (owner === entry.incarnation && entry.but?.includes(run) !== true) {
            owners.delete(run);
            if (entry.how === "buried") lost.set(run, (lost.get(run) ?? 0) + 1);
          }
    }
    for (const { run, records } of history.runs) {
      if (run.status !== "completed" && run.status !== "failed") continue;
      const told = records.filter(({ kind }) => kind === "takeover").length;
      if (told !== (lost.get(run.id) ?? 0))
        report(run.id, `it was taken over ${lost.get(run.id) ?? 0} times, and tells of ${told}`);
    }
  });
}

/** The same checks as for workers that are killed. */
export function checkAsKilled(history: SimulationHistory): Violation[] {
  const lives = new Map([...history.versions.keys()].map((life, place) => [life, place + 1]));
  const lines = history.entries.flatMap((entry): BodyLine[] => {
    if (entry.kind !== "entered" && entry.kind !== "effect") return [];
    const { run, token, path, number, attempt, idempotencyKey, isAtMostOnce, atMs } = entry;
    const line = {
      role: "leaf",
      life: lives.get(entry.life)!,
      pid: 0,
      atMs,
      run,
      token,
      path,
      number,
      attempt,
      idempotencyKey,
      isAtMostOnce,
    } as const;
    return [entry.kind === "entered" ? { ...line, kind: "enter" } : { ...line, kind: "effect", ends: entry.ends }];
  });
  const steps = history.runs.flatMap(({ run, records }) =>
    records.map(({ key, number }) => ({ run: run.id, key, number })),
  );
  const named = (rule: string, violations: readonly Violation[]): Violation[] =>
    violations.map((violation) => ({ ...violation, rule: `${rule} ${violation.rule}` }));
  // Where the code changed, steps before others move these: numbers are labels.
  const hasOtherCode = [...history.onlyIn.values()].some((names) => names.length > 0);
  return [
    ...named("H7", checkIdempotencyKeys({ lines })),
    ...named("H6", checkAtMostOnce({ lines })),
    ...(hasOtherCode ? [] : named("H10", checkSameInEachLife({ lines, journal: { steps } }))),
  ];
}

export function entered({ entries }: SimulationHistory): readonly Entered[] {
  return entries.filter((entry): entry is Entered => entry.kind === "entered");
}

/** By run and token. */
export function claimsOf({ entries }: SimulationHistory): ReadonlyMap<string, Claimed> {
  return new Map(entries.flatMap((one) => (one.kind === "claimed" ? [[claimKey(one), one] as const] : [])));
}
export function claimKey({ run, token }: { readonly run: string; readonly token: number }): string {
  return `${run} ${token}`;
}

function isLeaving(change: string | undefined): boolean {
  return change !== undefined && change !== "acknowledge";
}

/** A step's key, and those of the steps around it. */
function around(path: string): readonly string[] {
  const keys = [path];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) keys.push(path.slice(0, end));
  return keys;
}
