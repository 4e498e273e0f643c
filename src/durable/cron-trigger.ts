// Cron triggers: `{ cron, timezone?, context? }` in createFunction. Read and checked at once: what is wrong is refused there.
import type { CronTriggers } from "../core/backend.ts";
import type { ContextSchema } from "../core/context.ts";
import { InvalidDefinitionError } from "../core/errors.ts";
import type { FunctionSchedule } from "../core/function.ts";
import { issuePath } from "../core/standard-schema.ts";
import { unstorablePart } from "../core/storable.ts";
import { isThenable } from "../internal/thenable.ts";
import { cronProblem } from "./cron-schedule.ts";

const DEFAULT_ZONE = "UTC";
const CRON_OPTIONS: ReadonlySet<string> = new Set(["cron", "timezone", "context"]);

export function readSchedules(
  { functionName, triggers, contextSchema }: CronTriggers,
  nowMs: number,
): readonly FunctionSchedule[] {
  const schedules = triggers.map((trigger) => {
    const { cron } = trigger as { readonly cron?: unknown };
    const refuse = (problem: string): never => {
      throw InvalidDefinitionError.for(
        `the schedule ${JSON.stringify(cron)} of function "${functionName}" is refused: ${problem}`,
      );
    };
    return readSchedule(trigger, contextSchema, nowMs, refuse);
  });
  const twice = schedules.find((one, place) => schedules.findIndex((other) => isSame(one, other)) !== place);
  if (twice === undefined) return schedules;
  throw InvalidDefinitionError.for(
    `function "${functionName}" has the schedule "${twice.cron}" (${twice.timezone}) twice: one of them is enough`,
  );
}

function isSame(one: FunctionSchedule, other: FunctionSchedule): boolean {
  return one.cron === other.cron && one.timezone === other.timezone;
}

function readSchedule(
  trigger: object,
  contextSchema: ContextSchema,
  nowMs: number,
  refuse: (problem: string) => never,
): FunctionSchedule {
  const { cron, timezone = DEFAULT_ZONE, context } = trigger as Readonly<Record<string, unknown>>;
  const unsupported = Object.keys(trigger).find((key) => !CRON_OPTIONS.has(key));
  if (unsupported !== undefined)
    refuse(`it has "${unsupported}", which is not supported beside cron: it is refused rather than ignored`);
  const problem = cronProblem(cron, timezone, nowMs);
  if (problem !== undefined) refuse(problem);
  const checked = checkedContext(contextSchema, context, refuse);
  const unkeepable = unstorablePart(checked);
  if (unkeepable !== undefined) refuse(`context${unkeepable.path}: cannot be stored: it is ${unkeepable.what}`);
  return { cron: cron as string, timezone: timezone as string, context: checked };
}

/** As `send` checks it, but at once: a function is defined without waiting. */
function checkedContext(
  schema: ContextSchema,
  context: unknown,
  refuse: (problem: string) => never,
): object | undefined {
  if (context !== undefined && (typeof context !== "object" || context === null))
    return refuse("its context is no object");
  if (schema === undefined) return context;
  const result = schema["~standard"].validate(context ?? {});
  if (isThenable(result))
    return refuse("the app's context schema is asynchronous, and a schedule's is checked at once");
  if (result.issues === undefined) return result.value as object;
  const issues = result.issues.map((issue) => {
    const path = issuePath(issue);
    return `${path === "" ? "context" : `context.${path}`}: ${issue.message}`;
  });
  return refuse(issues.join("; "));
}
