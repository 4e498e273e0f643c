// One simulation: workers, senders and faults over one journal, in virtual time, all from one seed.
import type { Store } from "../../src/durable/store.ts";
import { seededRandom, type SeededRandom } from "../crash/seeded-random.ts";
import { strike, type Target } from "./blows.ts";
import { NO_FAULTS } from "./faulty-store.ts";
import { HistoryLog } from "./history-log.ts";
import { SimulatedClient } from "./simulated-client.ts";
import type { LastLook, SimulationHistory } from "./simulation-history.ts";
import { memoryPlace, type NewPlace, type SimulationPlace } from "./simulation-place.ts";
import { FIRST_VERSION, planOf, type SimulationPlan } from "./simulation-plan.ts";
import { VirtualWorld } from "./virtual-world.ts";
import { WorkerSlots } from "./worker-slots.ts";

const SHORTEST_TROUBLE_MS = 2_000;
const LONGEST_TROUBLE_MS = 16_000;
/** H12: within this, everything ends after the faults. The longest programs sleep and wait for about two minutes. */
const MOST_REST_MS = 15 * 60_000;
const LOOK_EVERY_MS = 400;
const MOST_RUNS = 10_000;
const DEATHS_UNTIL_QUARANTINE = 5;
const APP = "simulated";

export async function simulate(seed: string, newPlace: NewPlace = memoryPlace): Promise<SimulationHistory> {
  const place = await newPlace();
  try {
    return await courseOf(seed, place);
  } finally {
    await place.close();
  }
}

async function courseOf(seed: string, place: SimulationPlace): Promise<SimulationHistory> {
  const plan = planOf(seededRandom(`${seed} plan`));
  const world = new VirtualWorld(seededRandom(seed));
  const log = new HistoryLog(world);
  const store = place.connect();
  const slots = new WorkerSlots(world, log, place, plan, FIRST_VERSION);
  const client = new SimulatedClient(world, log, () => slots.any());
  const target = { world, log, store, slots, plan };
  let runs: readonly LastLook[] = [];
  schedule(target, client, () => pickOpen(runs, world.random));
  const troubleMs = world.random.between(SHORTEST_TROUBLE_MS, LONGEST_TROUBLE_MS);
  let isSettled = false;
  let unfinished: string | undefined = "it has not begun";
  for (let nextLookMs = 0; ;) {
    if (!(await world.step())) break;
    if (world.passedMs < nextLookMs) continue;
    nextLookMs = world.passedMs + LOOK_EVERY_MS;
    runs = await lookAt(store);
    if (world.passedMs < troubleMs) continue;
    if (!isSettled) {
      isSettled = true;
      settle(target);
    }
    unfinished = whatIsOpen(client, runs, plan);
    if (unfinished === undefined || world.passedMs > troubleMs + MOST_REST_MS) break;
  }
  return {
    seed,
    entries: log.entries,
    runs,
    listeners: listenersOf(plan),
    limit: plan.limit,
    onlyIn: plan.onlyIn,
    lastVersion: plan.lastVersion,
    versions: slots.versions,
    unfinished: world.broken[0] ?? unfinished,
    hash: world.hash,
  };
}

/** All that is set to happen from outside. */
function schedule(
  { world, slots, plan, ...rest }: Target,
  client: SimulatedClient,
  openRun: () => string | undefined,
): void {
  const { random } = world;
  slots.startAll();
  const ids: string[] = [];
  for (let place = 0; place < plan.events; place++) {
    const id = `event-${place}`;
    ids.push(id);
    const event = { id, name: `go-${place % 2}`, data: { place } };
    client.send(event, random.between(0, 6_000), random.fraction() < 0.3);
  }
  for (let place = 0; place < plan.answers; place++) {
    const [to, which] = [ids[random.between(0, ids.length - 1)]!, random.between(0, 1)];
    const afterMs = random.between(0, 15_000);
    if (random.fraction() < 0.3) client.signal(`${to} ${which}`, afterMs);
    else client.send({ id: `answer-${place}`, name: "answer", data: { for: to, which, place } }, afterMs, false);
  }
  for (let place = 0; place < plan.cancels; place++) client.cancel(openRun, random.between(500, 12_000));
  for (let place = 0; place < plan.blows; place++)
    world.after(random.between(200, LONGEST_TROUBLE_MS - SHORTEST_TROUBLE_MS), "blow", () => {
      if (slots.rates !== NO_FAULTS) strike({ world, slots, plan, ...rest });
    });
}

/** The end of all trouble. */
function settle({ slots, plan, log }: Target): void {
  log.add({ kind: "fault", name: "none any more", text: "" });
  slots.rates = NO_FAULTS;
  slots.settle(
    plan.lastVersion,
    [...slots.versions.values()].some((version) => version !== plan.lastVersion),
  );
}

async function lookAt(store: Store): Promise<readonly LastLook[]> {
  const found = await store.runs({ limit: MOST_RUNS });
  return Promise.all(
    found.map(async ({ run, event }) => ({ run, event, records: await store.records({ id: run.id }) })),
  );
}

function whatIsOpen(client: SimulatedClient, runs: readonly LastLook[], plan: SimulationPlan): string | undefined {
  const open = runs.filter(
    (look) => look.run.endedMs === null && !isRightlyPaused(look, plan) && !isRightlyQuarantined(look),
  );
  const texts = [
    ...client.open.map((id) => `${id} was never accepted`),
    ...open.map(({ run }) => `${run.id} is ${run.status} (${run.note ?? "no note"})`),
  ];
  return texts.length === 0 ? undefined : texts.join("; ");
}

/** So many workers were gone while they had it. */
function isRightlyQuarantined({ run, records }: LastLook): boolean {
  const deaths = run.leftBy.length + records.filter(({ kind }) => kind === "takeover").length;
  return run.status === "quarantined" && deaths >= DEATHS_UNTIL_QUARANTINE;
}

/** It has recorded what only another version of the code asks for. */
function isRightlyPaused(
  { run, records }: LastLook,
  { onlyIn, lastVersion }: Pick<SimulationPlan, "onlyIn" | "lastVersion">,
): boolean {
  const others = [...onlyIn].flatMap(([version, names]) => (version === lastVersion ? [] : names));
  return (
    run.status === "paused" &&
    records.some(({ key }) => others.some((name) => key === name || key.startsWith(`${name}/`)))
  );
}

function pickOpen(runs: readonly LastLook[], random: SeededRandom): string | undefined {
  const open = runs.filter(({ run }) => run.endedMs === null);
  return open.length === 0 ? undefined : open[random.between(0, open.length - 1)]!.run.id;
}

function listenersOf({ functions }: SimulationPlan): ReadonlyMap<string, readonly string[]> {
  const events = new Set(functions.map(({ event }) => event));
  return new Map(
    [...events].map((event) => [event, functions.filter((one) => one.event === event).map(({ id }) => `${APP}/${id}`)]),
  );
}
