import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { hasPostgres } from "./test/postgres/server.ts";

/** Beside the code: unit and type tests. In test/: what needs more than one room of the house. */
const everything: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: "surefoot",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    typecheck: { enabled: true, include: ["src/**/*.test-d.ts", "test/**/*.test-d.ts"], tsconfig: "./tsconfig.json" },
    testTimeout: 20_000,
  },
};

/** What bodies, waits and schedules do, once more with everything kept in a real Postgres. */
const onPostgres: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: "on Postgres",
    include: [
      "test/suite-store.test.ts",
      "test/bodies/**/*.test.ts",
      "test/waits/**/*.test.ts",
      "test/schedules/schedules.test.ts",
    ],
    // Its programs are played in processes of their own, which have no server.
    exclude: ["test/bodies/unhandled-rejections.test.ts"],
    env: { SUREFOOT_SUITE_STORE: "postgres" },
    testTimeout: 60_000,
  },
};

export default defineConfig({
  test: {
    projects: [everything, ...(hasPostgres() ? [onPostgres] : [])],
    hookTimeout: 60_000,
    pool: "forks",
    // Processes that are killed and files that are written are a test's own: nothing is shared between files.
    isolate: true,
    // Each thread that reads TypeScript takes the types out by WebAssembly, and where threads come and go at once, V8 may
    // free a wrapper of its calls twice (`Check failed: jit_page.has_value()`, from TierUpWasmToJSWrapper) and end the
    // process. Wrappers that are never made anew are never freed. What is published is JavaScript: its thread has none.
    execArgv: ["--wasm-wrapper-tiering-budget=2000000000"],
  },
});
