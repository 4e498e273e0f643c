// What a user downloads: the doors, what they need, and nothing else.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { attwProblems, publintProblems } from "../../scripts/checks/tarball.ts";
import { REPOSITORY, copySource, packPackage } from "../../scripts/packed-package.ts";

interface Manifest {
  readonly type: string;
  readonly sideEffects: boolean;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly bin?: unknown;
}

const packed = packPackage();
const installed = join(packed.consumer, "node_modules/surefoot");
const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Manifest;
afterAll(() => packed.remove());

describe("publishing tools", () => {
  it("find nothing in it", () => {
    expect([...publintProblems(packed), ...attwProblems(packed)]).toEqual([]);
  });
  it("find a door whose declarations are missing", () => {
    const folder = mkdtempSync(join(tmpdir(), "surefoot-broken-"));
    try {
      const source = copySource(REPOSITORY, folder);
      const path = join(source, "package.json");
      writeFileSync(path, readFileSync(path, "utf8").replace("./dist/memory.d.ts", "./dist/gone.d.ts"));
      const broken = packPackage(source);
      expect(publintProblems(broken).join("\n")).toContain("gone.d.ts");
      expect(attwProblems(broken).join("\n")).toContain("surefoot/memory");
      broken.remove();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("the tarball", () => {
  it("holds dist, the manifest, the licence and pages for people: no tests, no sources, no configurations", () => {
    const others = packed.files.filter((file) => !/^dist\/.+\.(js|d\.ts)$/.test(file));
    expect(others.filter((file) => !/^(package\.json|LICENSE|README\.md|CHANGELOG\.md)$/.test(file))).toEqual([]);
    expect(others).toContain("package.json");
    expect(others).toContain("LICENSE");
  });

  it("holds nothing that was written for tests", () => {
    expect(packed.files.filter((file) => /\.(test|test-d|rejects)\.|(^|\/)testing\/|contract/.test(file))).toEqual([]);
  });

  it("has a module for each declaration, and each declaration that a door leads to", () => {
    const modules = new Set(packed.files.filter((file) => file.endsWith(".js")));
    const declarations = packed.files.filter((file) => file.endsWith(".d.ts"));
    expect(declarations.filter((file) => !modules.has(file.replace(/d\.ts$/, "js")))).toEqual([]);
    // No door shows a type of the machine's, a store's or a leaf's own: their declarations would only take room on a disk.
    const isInside = (file: string): boolean => /^dist\/(durable|stores|internal)\//.test(file);
    const outside = [...modules].filter((file) => !isInside(file)).map((file) => file.replace(/js$/, "d.ts"));
    expect(declarations.filter((file) => !isInside(file))).toEqual(outside);
    const reached = declarationsBehind(manifest);
    expect(reached.size).toBeGreaterThan(20);
    expect(declarations).toEqual(expect.arrayContaining([...reached]));
    expect(declarations.filter((file) => isInside(file) && !reached.has(file))).toEqual([]);
  });

  it("has each door that its manifest names, and a door for each export", () => {
    const doors = Object.entries(manifest.exports).filter(([name]) => name !== "./package.json");
    expect(doors.map(([name]) => name)).toEqual(expect.arrayContaining([".", "./memory", "./sqlite"]));
    for (const [, door] of doors) {
      const { types, default: module } = door as { readonly types: string; readonly default: string };
      expect(packed.files).toEqual(expect.arrayContaining([types.slice(2), module.slice(2)]));
    }
  });

  it("runs nothing when it is installed, and brings at most two packages", () => {
    const hooks = ["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"];
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => hooks.includes(name))).toEqual([]);
    expect(packed.files).not.toContain("binding.gyp");
    const brought = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
    expect(brought.length).toBeLessThanOrEqual(2);
    for (const name of brought) {
      const page = readFileSync(join(REPOSITORY, "node_modules", name, "package.json"), "utf8");
      const { dependencies = {}, scripts = {} } = JSON.parse(page) as Manifest;
      expect(Object.keys(dependencies)).toEqual([]);
      expect(Object.keys(scripts).filter((hook) => hooks.slice(0, 3).includes(hook))).toEqual([]);
    }
  });

  it("names exact versions of what it brings, and is ESM without side effects", () => {
    expect(Object.values(manifest.dependencies ?? {}).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual(
      [],
    );
    expect(manifest.type).toBe("module");
    expect(manifest.sideEffects).toBe(false);
  });
});

/** From the doors on, by what declarations import. */
function declarationsBehind({ exports }: Manifest): Set<string> {
  const reached = new Set<string>();
  const doors = Object.values(exports).flatMap((door) => (typeof door === "string" ? [] : [door.types.slice(2)]));
  for (let next = doors; next.length > 0; next = next.flatMap(importsOf).filter((file) => !reached.has(file)))
    for (const file of next) reached.add(file);
  return reached;
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(installed, file), "utf8");
  return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, path]) =>
    join(dirname(file), path!.replace(/\.[jt]s$/, ".d.ts")),
  );
}
