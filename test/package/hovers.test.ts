// What an editor shows over a step: `Step<Value, Failure>`, and no more. Under both compilers.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript59";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileProject } from "../../scripts/compile-project.ts";
import { packPackage } from "../../scripts/packed-package.ts";
import { layOutPrograms } from "./consumer-programs.ts";
import { LanguageServer } from "./language-server.ts";
import { canonicalType, constsIn, type Place } from "./variables.ts";

const FILE = "hovers.ts";
const FIVE = "InternalServiceError | Service1Error | Service2Error | Service3Error | UserError";

/** Variable of consumer/hovers.ts → its whole hover. */
const HOVERS = {
  charged: "Step<Charge, CardDeclined>",
  plain: "Step<number, never>",
  score: `Step<number, ${FIVE}>`,
  asked1: "Step<number, Service1Error>",
  looked: "Step<Charge, CardDeclined>",
  recovered: "Step<string | undefined, never>",
  fallback: 'Step<"fallback" | number, never>',
  // Until the chain goes on, it remembers which class was named.
  handled: "HandledStep<number, Service1Error | Service2Error, Service1Error, never>",
  partly: "Step<number, Service2Error>",
  byMap: "Step<number, never>",
  abstracted: "Step<number, Step1Error & { readonly cause: Service1Error | UnexpectedError; }>",
  result: "Step<Result<number, Service1Error>, never>",
  timed: "Step<number, StepTimeoutError>",
  all: "Step<[Charge, number], CardDeclined>",
  record: "Step<{ charged: Charge; plain: number; body: string; }, CardDeclined>",
  mapped: "Step<number[], Service1Error>",
  raced: "Step<Charge | number, CardDeclined>",
  racedRecord: "Step<Charge | number, CardDeclined>",
  slept: "Step<void, never>",
  failed: "Step<never, UserError>",
  nested: "Step<Charge, CardDeclined>",
  checked: "Step<boolean, Service1Error | SmtpDown>",
  // In a checked body, a step remembers what may be awaited.
  listed: "CheckedStep<number, Service1Error, Service1Error | SmtpDown>",
  app: "App<[], undefined, never>",
  handlePayments: "AppFunction<any, string, CardDeclined>",
  typedFunction: "AppFunction<{ amount: number | string; }, number, never>",
  run: "Run<string, CardDeclined>",
} as const;

const packed = packPackage();
const { folder } = layOutPrograms(packed);
const source = readFileSync(join(folder, FILE), "utf8");
const places = constsIn(source);
afterAll(() => packed.remove());

describe("TypeScript 7.0, through its language server", () => {
  let server: LanguageServer;
  beforeAll(async () => {
    server = await LanguageServer.start(folder);
    server.open(FILE);
  });
  afterAll(() => server.stop());

  it.each(Object.entries(HOVERS))("shows %s as %s", async (name, type) => {
    expect(canonicalType(await server.hover(FILE, placeOf(name)))).toBe(`const ${name}: ${type}`);
  });
});

describe("TypeScript 5.9, through its language service", () => {
  const service = languageService(folder);
  it.each(Object.entries(HOVERS))("shows %s as %s", (name, type) => {
    expect(canonicalType(quickInfo(service, placeOf(name)))).toBe(`const ${name}: ${type}`);
  });
});

describe("emitted declarations", () => {
  it("of a program that exports its steps name public types alone", () => {
    expect(compileProject("7.0", folder).filter(({ file }) => file === FILE)).toEqual([]);
    const declared = readFileSync(join(folder, "emitted/hovers.d.ts"), "utf8");
    const imported = [...declared.matchAll(/import\("([^"]+)"\)/g)].map(([, from]) => from);
    expect(imported).toContain("surefoot");
    // The rest are files of its own: nothing from inside the package, nothing that a user cannot import.
    expect(imported.filter((from) => from !== "surefoot" && from !== "./billing.ts")).toEqual([]);
    expect(canonicalType(declared)).toContain('export declare const score: import("surefoot").Step<number, ');
  });
});

describe("the types as they are read here", () => {
  it("are on one line, with sorted unions at each depth", () => {
    const printed =
      "```typescript\nconst a: Step<string | number, {\n    readonly b: D | C;\n    e: () => Z | Y;\n}>\n```\ndocs";
    expect(canonicalType(printed)).toBe("const a: Step<number | string, { readonly b: C | D; e: () => Y | Z; }>");
  });
});

function placeOf(name: string): Place {
  const place = places.get(name);
  if (place === undefined) throw new Error(`${FILE} has no const ${name}`);
  return place;
}

function quickInfo(service: ts.LanguageService, { line, character }: Place): string {
  const path = join(folder, FILE);
  const file = service.getProgram()!.getSourceFile(path)!;
  const info = service.getQuickInfoAtPosition(path, file.getPositionOfLineAndCharacter(line, character));
  return ts.displayPartsToString(info?.displayParts);
}

function languageService(root: string): ts.LanguageService {
  const config = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path));
  const { options, fileNames } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  return ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => fileNames.filter((name) => !name.endsWith(".rejects.ts")),
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      const text = ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
  });
}
