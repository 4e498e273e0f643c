// House rule 11: each export of each door says what it is, and what a user calls says when, what happens on replay, and how.
//
// `node scripts/check-docstrings.ts` prints what is missing.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript59";
import { REPOSITORY } from "./packed-package.ts";

interface Wanted {
  readonly when: boolean;
  readonly replay: boolean;
  readonly example: boolean;
}
const ALL: Wanted = { when: true, replay: true, example: true };
/** Has no part in a replay. */
const OUTSIDE_RUNS: Wanted = { ...ALL, replay: false };

/** Says what it is; the page about chains, or the app, says the rest. */
const SAID: Wanted = { when: false, replay: false, example: false };

/** What a user calls: exports, and members of the interfaces that they call methods of. */
const CALLED: Readonly<Record<string, Wanted>> = {
  createApp: ALL,
  step: ALL,
  TaggedError: ALL,
  AbstractError: ALL,
  sqlite: ALL,
  memory: ALL,
  consoleStory: ALL,
  createTestApp: ALL,
  "TestApp.advance": ALL,
  "TestApp.mock": ALL,
  "TestApp.run": ALL,
  "TestApp.crashEverywhere": ALL,
  "TestApp.send": SAID,
  "TestApp.signal": SAID,
  "TestApp.steps": SAID,
  "TestApp.cancel": SAID,
  "TestApp.effect": SAID,
  eventType: OUTSIDE_RUNS,
  "App.createFunction": ALL,
  "StepToolsIn.run": ALL,
  "StepToolsIn.sleep": ALL,
  "StepToolsIn.sleepUntil": ALL,
  "StepToolsIn.all": ALL,
  "StepToolsIn.map": ALL,
  "StepToolsIn.race": ALL,
  "StepToolsIn.fail": ALL,
  "StepChain.possibleError": SAID,
  "StepChain.onError": SAID,
  "StepChain.next": SAID,
  "StepLinks.abstractError": SAID,
  "StepLinks.result": SAID,
  "App.send": SAID,
  "App.run": SAID,
  "App.start": SAID,
  "App.stop": SAID,
  "App.cancel": SAID,
};

/** What is missing, as `file:line: name: what`. */
export function missingDocstrings(root: string = REPOSITORY): readonly string[] {
  const doors = doorsOf(root);
  const program = ts.createProgram([...doors], {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    types: ["node"],
    typeRoots: [join(REPOSITORY, "node_modules/@types")],
  });
  const checker = program.getTypeChecker();
  const exported = doors.flatMap((door) => exportsOf(program, checker, door));
  const found = new Set<string>();
  const missing = exported.flatMap(({ name, symbol }) => {
    found.add(name);
    return [
      ...problemsOf(root, checker, symbol, name, CALLED[name]),
      ...membersOf(symbol).flatMap((member) => {
        const path = `${name}.${member.name}`;
        const wanted = CALLED[path];
        if (wanted === undefined) return [];
        found.add(path);
        return problemsOf(root, checker, member, path, wanted);
      }),
    ];
  });
  const gone = Object.keys(CALLED).filter((name) => !found.has(name));
  return [
    ...new Set([...missing, ...gone.map((name) => `${name}: no door exports it: change scripts/check-docstrings.ts`)]),
  ];
}

/** What a docstring lacks of what is wanted of it. */
export function docstringProblems(
  text: string,
  tags: readonly string[],
  wanted: Wanted | undefined,
): readonly string[] {
  const first = text.split(/\n\s*\n/)[0]!.trim();
  if (first === "") return ["has no docstring"];
  return [
    ...(/[.!?:}](\s|$)/.test(first) ? [] : ["its docstring begins with no sentence"]),
    ...(wanted?.when === true && !/\b(Use (it|this|them)|for when)\b/i.test(text)
      ? ["does not say when to use it"]
      : []),
    ...(wanted?.replay === true && !/\b(replay|crash|restart|store|survive|recorded)/i.test(text)
      ? ["does not say what happens on replay or after a crash"]
      : []),
    ...(wanted?.example === true && !tags.includes("example") ? ["has no @example"] : []),
  ];
}

function doorsOf(root: string): readonly string[] {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  return Object.values(exports)
    .flatMap((door) => (typeof door === "string" ? [] : [door.types]))
    .map((types) => join(root, types.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts")));
}

function exportsOf(
  program: ts.Program,
  checker: ts.TypeChecker,
  door: string,
): readonly { readonly name: string; readonly symbol: ts.Symbol }[] {
  const file = program.getSourceFile(door);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${door} is no module`);
  return checker.getExportsOfModule(module).map((symbol) => ({
    name: symbol.name,
    symbol: (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol),
  }));
}

function membersOf(symbol: ts.Symbol): readonly ts.Symbol[] {
  return [...(symbol.members?.values() ?? [])];
}

function problemsOf(
  root: string,
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  name: string,
  wanted: Wanted | undefined,
): readonly string[] {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const tags = symbol.getJsDocTags(checker).map((tag) => tag.name);
  const declaration = symbol.declarations?.[0];
  const file = declaration?.getSourceFile();
  const line = file?.getLineAndCharacterOfPosition(declaration!.getStart(file)).line ?? 0;
  const place = file === undefined ? "" : `${relative(root, file.fileName)}:${line + 1}: `;
  return docstringProblems(text, tags, wanted).map((problem) => `${place}${name}: ${problem}`);
}

if (import.meta.main) {
  const missing = missingDocstrings();
  for (const line of missing) console.log(line);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
