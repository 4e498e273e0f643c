// `npm run demo`, `-- --crash`, and the control: what each prints, and how each ends. In real time, with real processes.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { runDemo, type DemoRun } from "./demo-command.ts";

const LIMIT_MS = 90_000;
const LEASE_MS = 15_000;
const FEWEST_KILLS = 5;

interface Invoice {
  readonly customer: string;
  readonly dueInSeconds: number;
  readonly trouble?: string;
}
const invoices = JSON.parse(
  readFileSync(new URL("../../examples/01-payments/invoices.json", import.meta.url), "utf8"),
) as Invoice[];
const having = (...troubles: readonly string[]): number =>
  invoices.filter(({ trouble }) => trouble !== undefined && troubles.includes(trouble)).length;

const declined = having("card declined", "no card", "account frozen", "over limit", "invalid amount");
const bounced = having("receipt bounces");
const timedOut = having("provider hangs once");
const expectedFigures = {
  invoices: invoices.length,
  charged: invoices.length - declined,
  declined,
  recovered: bounced,
};

const figuresOf = ({ figures }: DemoRun): object =>
  Object.fromEntries(Object.keys(expectedFigures).map((label) => [label, figures.get(label)]));
const countOf = (text: string, { output }: DemoRun): number => output.split(text).length - 1;

test("the invoices hold what the demo is about", () => {
  expect(invoices.length).toBeGreaterThanOrEqual(30);
  expect(new Set(invoices.map(({ customer }) => customer)).size).toBe(invoices.length);
  expect(having("card declined")).toBeGreaterThan(1);
  expect(bounced).toBeGreaterThan(1);
  expect(timedOut).toBeGreaterThan(1);
  expect(invoices.filter(({ dueInSeconds }) => dueInSeconds === 3).length).toBeGreaterThan(1);
  expect(invoices.every(({ dueInSeconds }) => dueInSeconds === 3 || dueInSeconds < 0)).toBe(true);
});

describe("npm run demo", () => {
  let plain: DemoRun;
  beforeAll(async () => {
    plain = await runDemo([]);
  }, LIMIT_MS);

  test("ends in time, as expected, and leaves nothing behind", () => {
    expect({ ...plain, output: "" }).toMatchObject({ exitCode: 0, leftBehind: [] });
    expect(plain.tookMs).toBeLessThan(LIMIT_MS);
  });

  test("charges, declines and recovers what invoices.json says, and disturbs nobody", () => {
    expect(figuresOf(plain)).toEqual(expectedFigures);
    expect(plain.figures.get("kills")).toBe(0);
    expect(plain.figures.get("duplicate mails")).toBe(0);
    expect(plain.figures.get("double charges")).toBe(0);
  });

  test("tells the first run as one numbered story", () => {
    const [, first = ""] = plain.output.split(/^.*→ Handle payments.*$/m);
    const steps = [...first.matchAll(/^ +(\d[\d.]*) +(\S+(?: [a-zA-Z]+)?)/gm)].map(
      ([, number, name]) => `${number} ${name}`,
    );
    expect(steps).toEqual([
      "1 sleepUntil",
      "2 Charge",
      "2.1 Find card",
      "2.2 Check limit",
      "2.3 Capture",
      "2 Charge",
      "3 Update db",
      "4 Send receipt",
    ]);
  });

  test("tells of the sleeps, the retries and the recoveries", () => {
    const sleeps = [...plain.output.matchAll(/sleepUntil .*✓ (\d+\.\d) s/g)].map(([, seconds]) => Number(seconds));
    const dueLater = invoices.filter(({ dueInSeconds }) => dueInSeconds > 0).length;
    expect(sleeps.filter((seconds) => seconds > 1).length).toBeGreaterThanOrEqual(dueLater);
    expect(countOf("recovered from ReceiptBounced", plain)).toBe(bounced);
    expect(countOf("attempt 2 of 4", plain)).toBeGreaterThanOrEqual(timedOut);
    for (const error of ["CardDeclined", "NoCardOnFile", "AccountFrozen", "OverLimit", "InvalidAmount"]) {
      expect(plain.output).toMatch(new RegExp(`^  declined .*\\n.*\\d ${error}`, "m"));
    }
  });

  describe("-- --crash", () => {
    let crashed: DemoRun;
    beforeAll(async () => {
      crashed = await runDemo(["--crash"]);
    }, LIMIT_MS);

    test("ends in time, as expected, and leaves nothing behind", () => {
      expect({ ...crashed, output: "" }).toMatchObject({ exitCode: 0, leftBehind: [] });
      expect(crashed.tookMs).toBeLessThan(LIMIT_MS);
    });

    test("comes to the same figures as without a kill, and charges nobody twice", () => {
      expect(figuresOf(crashed)).toEqual(figuresOf(plain));
      expect(crashed.figures.get("double charges")).toBe(0);
    });

    test("kills the worker, and goes on at once: no lease is waited for", () => {
      const kills = crashed.figures.get("kills");
      expect(kills).toBeGreaterThanOrEqual(FEWEST_KILLS);
      expect(countOf("SIGKILL to process", crashed)).toBe(kills);
      expect(countOf("taken over", crashed)).toBeGreaterThanOrEqual(FEWEST_KILLS);
      expect(crashed.tookMs).toBeLessThan(plain.tookMs + LEASE_MS);
    });

    test("kills where it hurts: charges were asked for again, and mails went out again", () => {
      expect(crashed.output).toMatch(/[1-9]\d* were asked for again/);
      expect(crashed.figures.get("duplicate mails")).toBeGreaterThan(0);
      expect(crashed.output).toContain("at least once: the mail was out");
    });
  });

  describe("-- --crash --without-idempotency-key", () => {
    let control: DemoRun;
    beforeAll(async () => {
      control = await runDemo(["--crash", "--without-idempotency-key"]);
    }, LIMIT_MS);

    test("shows the double charges that the key prevents, and nothing else that differs", () => {
      expect({ ...control, output: "" }).toMatchObject({ exitCode: 0, leftBehind: [] });
      expect(control.tookMs).toBeLessThan(LIMIT_MS);
      expect(control.figures.get("double charges")).toBeGreaterThan(0);
      expect(figuresOf(control)).toEqual(figuresOf(plain));
      expect(control.output).toContain("this is what step.idempotencyKey prevents");
    });
  });

  test(
    "interrupted in the middle of a kill, it ends its worker and leaves nothing behind",
    async () => {
      const interrupted = await runDemo(["--crash", "--seed", "7"], { interruptAt: "SIGKILL to process" });
      expect(interrupted).toMatchObject({ exitCode: 130, leftBehind: [] });
      expect(interrupted.output).toContain("--seed 7");
      expect(interrupted.figures.size).toBe(0);
    },
    LIMIT_MS,
  );

  test.each([["--without-idempotency-key"], ["--crsh"], ["--crash", "--seed", "x"]])(
    "says what it can do: %s",
    async (...flags) => {
      const refused = await runDemo(flags);
      expect(refused).toMatchObject({ exitCode: 2, leftBehind: [] });
      expect(refused.output).toContain("npm run demo -- --crash");
    },
  );
});
