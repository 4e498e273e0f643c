// The peers of the benchmarks are their own: no part of the package, and exactly those that the lock file names.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const { dependencies } = readJson("bench/package.json") as Manifest;

it("the peers have exact versions, which the lock file has too", () => {
  const lock = readJson("bench/package-lock.json") as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>;
  };
  for (const [name, version] of Object.entries(dependencies)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(lock.packages[`node_modules/${name}`]?.version).toBe(version);
  }
});

it("the package itself has none of them", () => {
  const root = readJson("package.json") as Manifest;
  const installed = new Set([...Object.keys(root.dependencies), ...Object.keys(root.devDependencies)]);
  expect(Object.keys(dependencies).filter((name) => installed.has(name))).toEqual([]);
});
