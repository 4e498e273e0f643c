import { describe, expect, it } from "vitest";
import type { CronTriggers } from "../core/backend.ts";
import { InvalidDefinitionError } from "../core/errors.ts";
import { readSchedules } from "./cron-trigger.ts";

const NOW_MS = Date.UTC(2026, 0, 1);
/** Asks for a `tenant`. */
const tenantSchema: CronTriggers["contextSchema"] = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      "tenant" in (value as object)
        ? { value: { ...(value as object), checked: true } }
        : { issues: [{ message: "is missing", path: ["tenant"] }] },
  },
};

function read(triggers: object | readonly object[], contextSchema?: CronTriggers["contextSchema"]) {
  const list = Array.isArray(triggers) ? (triggers as readonly object[]) : [triggers];
  return readSchedules({ functionName: "Report", triggers: list, contextSchema }, NOW_MS);
}

describe("cron triggers", () => {
  it("have a zone, UTC unless one is named, and a context", () => {
    const cron = "0 9 * * 1-5";
    expect(read([{ cron, timezone: "Europe/Berlin", context: { tenant: 1 } }, { cron }])).toEqual([
      { cron, timezone: "Europe/Berlin", context: { tenant: 1 } },
      { cron, timezone: "UTC", context: undefined },
    ]);
  });

  it("their context is what the app's schema makes of it", () => {
    const [made] = read({ cron: "0 9 * * 1-5", context: { tenant: 1 } }, tenantSchema);
    expect(made!.context).toEqual({ tenant: 1, checked: true });
  });

  it.each<[string, object, RegExp, CronTriggers["contextSchema"]?]>([
    [
      "what cannot be read",
      { cron: "9 o'clock" },
      /^the schedule "9 o'clock" of function "Report" is refused: it has 2 fields/,
    ],
    ["an event beside it", { cron: "0 9 * * 1-5", event: "a" }, /has "event".*refused rather than ignored/],
    ["another option", { cron: "0 9 * * 1-5", jitter: 5 }, /has "jitter"/],
    [
      "the same twice",
      [{ cron: "0 9 * * 1-5" }, { cron: "0 9 * * 1-5", timezone: "UTC" }],
      /"0 9 \* \* 1-5" \(UTC\) twice/,
    ],
    ["a context that is none", { cron: "0 9 * * 1-5", context: "a" }, /context is no object/],
    [
      "a context that cannot be kept",
      { cron: "0 9 * * 1-5", context: { send: () => {} } },
      /context\.send: .*the function send/,
    ],
    ["a missing context", { cron: "0 9 * * 1-5" }, /context\.tenant: is missing/, tenantSchema],
    [
      "a context that is to be waited for",
      { cron: "0 9 * * 1-5" },
      /asynchronous/,
      { "~standard": { version: 1, vendor: "test", validate: async (value) => ({ value }) } },
    ],
  ])("refuses %s", (_what, triggers, message, schema) => {
    expect(() => read(triggers, schema)).toThrow(InvalidDefinitionError);
    expect(() => read(triggers, schema)).toThrow(message);
  });
});
