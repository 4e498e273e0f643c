// Each door in a Node of its own: what it loads, and what it says.
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { packPackage } from "../../scripts/packed-package.ts";
import { layOutPrograms } from "./consumer-programs.ts";

const packed = packPackage();
afterAll(() => packed.remove());

/** Runs a module among the packed package's users. */
function runModule(name: string, code: string): { readonly printed: string; readonly complaints: string } {
  writeFileSync(join(packed.consumer, name), code);
  const { stdout, stderr, status } = spawnSync(process.execPath, [name], {
    cwd: packed.consumer,
    encoding: "utf8",
    timeout: 20_000,
  });
  expect({ name, status, stderr: status === 0 ? "" : stderr }).toEqual({ name, status: 0, stderr: "" });
  return { printed: stdout, complaints: stderr };
}

/** The files of the package, and the modules of Node, that importing `door` loads. */
function loadedBy(door: string): readonly string[] {
  const code = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({
      load(url, context, next) {
        loaded.push(url.replace(/^.*\\/node_modules\\//, ""));
        return next(url, context);
      },
    });
    await import(${JSON.stringify(door)});
    const builtIn = process.moduleLoadList.filter((name) => /sqlite/i.test(name));
    console.log(JSON.stringify([...loaded, ...builtIn]));`;
  return JSON.parse(runModule("loads.mjs", code).printed) as string[];
}

describe("the Node that these tests run on", () => {
  it("is the one that the package is developed with", () => {
    expect(execFileSync(process.execPath, ["--version"], { encoding: "utf8" })).toMatch(/^v24\./);
  });
});

const DOORS = ["", "/analytics", "/logs", "/memory", "/otel", "/postgres", "/sqlite", "/testing"].map(
  (door) => `surefoot${door}`,
);

describe.each(DOORS)("%s", (door) => {
  it("loads without a warning", () => {
    const { printed, complaints } = runModule(
      "door.mjs",
      `import * as door from ${JSON.stringify(door)}; console.log(Object.keys(door).length > 0);`,
    );
    expect({ printed, complaints }).toEqual({ printed: "true\n", complaints: "" });
  });
});

describe("what a door brings", () => {
  it("surefoot: neither Node's SQLite nor any file of the durable engine or a store", () => {
    const loaded = loadedBy("surefoot");
    expect(loaded).toContain("surefoot/dist/index.js");
    expect(loaded.filter((name) => /sqlite|\/dist\/(durable|stores|kit|testing)\//.test(name))).toEqual([]);
  });
  it("surefoot/memory: the durable engine and its store, and no SQLite", () => {
    const loaded = loadedBy("surefoot/memory");
    expect(loaded).toContain("surefoot/dist/stores/memory/memory-store.js");
    expect(loaded.filter((name) => name.includes("sqlite"))).toEqual([]);
  });
  it("surefoot/sqlite: the durable engine and its store; Node's SQLite only once a file is opened", () => {
    const loaded = loadedBy("surefoot/sqlite");
    expect(loaded).toContain("surefoot/dist/stores/sqlite/sqlite-store.js");
    expect(loaded.filter((name) => name === "node:sqlite" || name.startsWith("NativeModule"))).toEqual([]);
  });
  it("surefoot/postgres: the durable engine and its store, no SQLite; the driver only once it connects", () => {
    const loaded = loadedBy("surefoot/postgres");
    expect(loaded).toContain("surefoot/dist/stores/postgres/postgres-store.js");
    expect(loaded.filter((name) => name.includes("sqlite") || /^pg\b/.test(name))).toEqual([]);
  });
  it("surefoot/testing: what the kit runs on, and no SQLite; no other door brings the kit", () => {
    const loaded = loadedBy("surefoot/testing");
    expect(loaded).toContain("surefoot/dist/kit/test-app.js");
    expect(loaded.filter((name) => name.includes("sqlite"))).toEqual([]);
    const others = DOORS.filter((door) => door !== "surefoot/testing").flatMap((door) => loadedBy(door));
    expect(others.filter((name) => name.includes("/dist/kit/"))).toEqual([]);
  });
  it("nothing that the manifest does not name", () => {
    const packages = new Set(
      DOORS.flatMap((door) => loadedBy(door))
        .filter((name) => !name.startsWith("node:"))
        .map((name) => name.split("/")[0]),
    );
    expect(packages).toEqual(new Set(["@opentelemetry", "croner", "devalue", "surefoot"]));
  });
});

describe("a run with each store", () => {
  it("prints no warning", () => {
    const { printed, complaints } = runModule(
      "run.mjs",
      `import { createApp } from "surefoot";
      import { memory } from "surefoot/memory";
      import { sqlite } from "surefoot/sqlite";
      for (const store of [undefined, memory(), sqlite("run.db")]) {
        const app = createApp({ name: "billing", store, observers: [] });
        const double = app.createFunction({ name: "Double" }, { event: "a" }, async ({ event, step }) =>
          step.run("Double", () => event.data * 2));
        if (store !== undefined) await app.start();
        console.log(await app.run(double, { data: 21 }));
        await app.stop();
      }`,
    );
    expect({ printed, complaints }).toEqual({ printed: "42\n42\n42\n", complaints: "" });
  });

  it("may be a run under test: with any runner, and nothing is left that keeps the process alive", () => {
    const { printed, complaints } = runModule(
      "under-test.mjs",
      `import assert from "node:assert/strict";
      import { test } from "node:test";
      import { createApp } from "surefoot";
      import { sqlite } from "surefoot/sqlite";
      import { createTestApp } from "surefoot/testing";
      const app = createApp({ name: "billing", store: sqlite("/nowhere/billing.db") });
      const remind = app.createFunction({ name: "Remind" }, { event: "a" }, async ({ step }) => {
        await step.sleep("7 days");
        return step.run("Send", () => "sent");
      });
      test("a function", async () => {
        const t = createTestApp(app);
        t.mock("Send", "not sent");
        assert.equal(await t.run(remind, { data: 1 }), "not sent");
        await t.crashEverywhere(remind, { data: 1 });
      });`,
    );
    expect({ printed: /^. (pass|fail) \d$/m.exec(printed)?.[0], complaints }).toEqual({
      printed: expect.stringMatching(/pass 1$/),
      complaints: "",
    });
  });

  it("runs the note's example as the note has it", () => {
    layOutPrograms(packed);
    const { printed, complaints } = runModule(
      "note-run.mjs",
      `const effects = [];
      globalThis.stripe = { charges: { create: async ({ amount }) => (effects.push(["charge", amount]), { id: "ch_1" }) } };
      globalThis.db = { payments: { upsert: async (charge) => effects.push(["upsert", charge.id]) } };
      globalThis.resend = { emails: { send: async ({ to }) => effects.push(["mail", to]) } };
      const { inngest } = await import("./programs/note-example.js");
      await inngest.send({
        name: "api/invoice.created",
        data: { invoiceDate: "2020-01-01", amount: 4200 },
        user: { email: "ada@example.com" },
      });
      while (effects.length < 3) await new Promise((resolve) => setImmediate(resolve));
      console.log(JSON.stringify(effects));`,
    );
    expect(complaints).toBe("");
    expect(JSON.parse(printed)).toEqual([
      ["charge", 4200],
      ["upsert", "ch_1"],
      ["mail", "ada@example.com"],
    ]);
  });
});
