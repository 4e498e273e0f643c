import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Beside the code: unit and type tests. In test/: what needs more than one room of the house.
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    typecheck: { enabled: true, include: ["src/**/*.test-d.ts", "test/**/*.test-d.ts"], tsconfig: "./tsconfig.json" },
    testTimeout: 20_000,
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
