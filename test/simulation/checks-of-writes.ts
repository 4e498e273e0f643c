// Checks of what was written: outcomes, owners, ends, timers (H1, H3, H4, H8).
import { groupBy, violationsOf, type Violation } from "../crash/violation.ts";
import type { SimulationHistory, Timed } from "./simulation-history.ts";

type Written = Extract<Timed, { kind: "written" }>;

/** In so short a time. Claims of which a worker never heard, and other code that does not fit, come to three of them. */
const MOST_CLAIMS = 6;
const CLAIMS_MS = 1_000;
const FINAL: ReadonlySet<string> = new Set(["completed", "failed", "cancelled"]);

/** What the store kept, in order. */
export function keptWrites({ entries }: Pick<SimulationHistory, "entries">): readonly Written[] {
  return entries.filter((entry): entry is Written => entry.kind === "written" && entry.result === "kept");
}

export function checkOneOutcome(history: SimulationHistory): Violation[] {
  return violationsOf("H1 a step has one outcome, for good", (report) => {
    const last = new Map<string, string>();
    for (const { write } of keptWrites(history)) {
      for (const record of write.records) {
        const place = `${write.runId}\n${record.key}`;
        const known = last.get(place);
        if (known !== undefined)
          report(write.runId, `"${record.key}" had its outcome, and then became ${record.state}`);
        if (record.state === "ended") last.set(place, `${record.status} ${record.value} ${record.error}`);
      }
    }
    for (const { run, records } of history.runs)
      for (const { key, state, status, value, error } of records) {
        const known = last.get(`${run.id}\n${key}`);
        if (known !== undefined && (state !== "ended" || known !== `${status} ${value} ${error}`))
          report(run.id, `"${key}" has another outcome in the end than was written`);
      }
  });
}

export function checkOwners({ entries }: SimulationHistory): Violation[] {
  return violationsOf("H3 only the owner of a run writes, and tokens grow", (report) => {
    const owners = new Map<string, { readonly incarnation: string; readonly token: number }>();
    const tokens = new Map<string, number>();
    for (const entry of entries) {
      if (entry.kind === "claimed") {
        const { run, incarnation, token } = entry;
        if (owners.has(run))
          report(run, `${incarnation} claimed it from ${owners.get(run)!.incarnation}, which has it`);
        if (token <= (tokens.get(run) ?? 0)) report(run, `the token ${token} follows ${tokens.get(run)}`);
        tokens.set(run, token);
        owners.set(run, { incarnation, token });
      } else if (entry.kind === "freed") {
        for (const [run, { incarnation }] of owners)
          if (incarnation === entry.incarnation && entry.but?.includes(run) !== true) owners.delete(run);
      } else if (entry.kind === "written" && entry.result === "kept") {
        const { runId, token, change } = entry.write;
        const owner = owners.get(runId);
        if (owner?.incarnation !== entry.incarnation || owner.token !== token)
          report(runId, `${entry.incarnation} wrote with token ${token}; its owner is ${JSON.stringify(owner)}`);
        if (change !== null && change.kind !== "acknowledge") owners.delete(runId);
      }
    }
  });
}

export function checkClaims({ entries }: SimulationHistory): Violation[] {
  return violationsOf("H12 no run is claimed over and over", (report) => {
    const claims = entries.flatMap((entry) => (entry.kind === "claimed" ? [entry] : []));
    for (const [run, same] of groupBy(claims, (claim) => claim.run)) {
      const last = same.findIndex(
        ({ atMs }, place) => atMs - (same[place - MOST_CLAIMS]?.atMs ?? -Infinity) < CLAIMS_MS,
      );
      if (last >= 0)
        report(
          run,
          `it was claimed ${MOST_CLAIMS + 1} times in ${CLAIMS_MS} ms, from token ${same[last - MOST_CLAIMS]!.token} on`,
        );
    }
  });
}

export function checkEnds(history: SimulationHistory): Violation[] {
  return violationsOf(
    "H4 a run ends once, nothing is written after it, and it ends as cancelled if that was granted",
    (report) => {
      const ended = new Map<string, string>();
      for (const { write } of keptWrites(history)) {
        const end = ended.get(write.runId);
        if (end !== undefined) report(write.runId, `something was written after it was ${end}`);
        if (write.change?.kind === "end") ended.set(write.runId, write.change.status);
      }
      const granted = new Set(history.entries.flatMap((one) => (one.kind === "cancel" && one.answer ? [one.run] : [])));
      for (const { run } of history.runs) {
        const written = ended.get(run.id);
        if (written !== undefined && written !== run.status)
          report(run.id, `it ended as ${written}, and is ${run.status}`);
        if (FINAL.has(run.status) && granted.has(run.id) && run.status !== "cancelled")
          report(run.id, `its cancellation was granted, and it is ${run.status}`);
        if (run.status === "cancelled" && !granted.has(run.id) && written === undefined)
          report(run.id, "nobody ended it");
      }
    },
  );
}

export function checkTimers(history: SimulationHistory): Violation[] {
  return violationsOf("H8 no timer is early, and each has one time", (report) => {
    const records = keptWrites(history).flatMap(({ write, order }) =>
      write.records.map((record) => ({ run: write.runId, order, ...record })),
    );
    for (const same of groupBy(records, ({ run, key }) => `${run}\n${key}`).values()) {
      const sleeps = same.filter(({ state }) => state === "sleeping");
      const [first] = sleeps;
      if (first === undefined) continue;
      if (sleeps.some(({ dueMs }) => dueMs !== first.dueMs))
        report(first.run, `"${first.key}" was to end at two times`);
      const end = same.find(({ state, status }) => state === "ended" && status === "completed");
      if (end !== undefined && end.endedMs! < first.dueMs!)
        report(first.run, `"${first.key}" was over ${first.dueMs! - end.endedMs!} ms early`);
    }
    const retries = groupBy(
      records.filter(({ state }) => state === "retrying"),
      ({ run, key, attempts }) => `${run}\n${key}\n${attempts}`,
    );
    for (const entry of history.entries) {
      if (entry.kind !== "entered") continue;
      const retry = retries.get(`${entry.run}\n${entry.path}\n${entry.attempt}`)?.[0];
      if (retry !== undefined && entry.nowMs < retry.dueMs!)
        report(entry.run, `attempt ${entry.attempt} of "${entry.path}" began ${retry.dueMs! - entry.nowMs} ms early`);
    }
  });
}
