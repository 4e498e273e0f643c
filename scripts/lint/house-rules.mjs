// The house rules that no stock linter knows. CONTRIBUTING.md says why each is there.
import { dirname, resolve } from "node:path";
import { readImportTable, roomOf } from "./import-table.mjs";

const table = readImportTable();
/** Rooms that are loaded where there is no Node. */
const BROWSER_ROOMS = new Set(["core", "internal"]);
const isSource = (path) => /\/src\/.+\.ts$/.test(path) && !/\.(test|test-d|rejects)\.ts$/.test(path);

/** The table in ARCHITECTURE.md: who may import whom. */
const importDirection = {
  create(context) {
    const file = context.filename;
    if (!isSource(file)) return {};
    const room = roomOf(file);
    const allowed = table.get(room);
    const check = (node, from, isType) => {
      if (typeof from !== "string") return;
      if (from.startsWith("node:") && BROWSER_ROOMS.has(room) && !isType) {
        context.report({ node, message: `${room} runs in browsers too: no import of "${from}"` });
      }
      if (!from.startsWith(".")) return;
      const target = roomOf(resolve(dirname(file), from));
      if (target === room && room !== "doors") return;
      const kind = allowed?.get(target);
      if (kind === "all" || (kind === "types" && isType)) return;
      const what = kind === "types" ? "only types of it" : "nothing of it";
      context.report({ node, message: `${room} may import ${what}: "${target}" (the table in ARCHITECTURE.md)` });
    };
    const checkDeclaration = (node) =>
      check(node, node.source?.value, node.importKind === "type" || node.exportKind === "type");
    return {
      ImportDeclaration: checkDeclaration,
      ExportNamedDeclaration: checkDeclaration,
      ExportAllDeclaration: checkDeclaration,
      ImportExpression: (node) => check(node, node.source.value, false),
      TSImportType: (node) => check(node, node.source?.value ?? node.argument?.literal?.value, true),
    };
  },
};

/** Doors re-export explicit names. */
const noExportAll = {
  create(context) {
    return isSource(context.filename)
      ? { ExportAllDeclaration: (node) => context.report({ node, message: "doors export explicit names, never *" }) }
      : {};
  },
};

const AMBIENT_MEMBERS = new Set([
  "Date.now",
  "Math.random",
  "performance.now",
  "process.hrtime",
  "AbortSignal.timeout",
  "crypto.randomUUID",
  "crypto.getRandomValues",
]);
const AMBIENT_FUNCTIONS = new Set(["setTimeout", "setInterval", "setImmediate"]);
const AMBIENT_MODULES = /^node:(timers(\/promises)?|perf_hooks)$/;
const RANDOM_IMPORT = /^(random\w+|getRandomValues|webcrypto)$/;
const ADAPTERS = /\/src\/(core\/(clock|ids)|testing\/manual-clock)\.ts$/;

/** House rule 8: clock, timers, ids and randomness come through ports. */
const portsOnly = {
  create(context) {
    if (!isSource(context.filename) || ADAPTERS.test(context.filename)) return {};
    const report = (node, what) =>
      context.report({ node, message: `${what} comes through a port (core/clock.ts, core/ids.ts)` });
    return {
      CallExpression(node) {
        const name = calleeName(node.callee).replace(/^globalThis\./, "");
        if (AMBIENT_FUNCTIONS.has(name)) report(node, name);
      },
      MemberExpression(node) {
        const name = calleeName(node).replace(/^globalThis\./, "");
        if (AMBIENT_MEMBERS.has(name)) report(node, name);
      },
      NewExpression(node) {
        if (calleeName(node.callee) === "Date" && node.arguments.length === 0) report(node, "new Date()");
      },
      ImportDeclaration(node) {
        if (node.importKind === "type") return;
        const from = node.source.value;
        const names = node.specifiers.map(({ imported, local }) => (imported ?? local).name);
        const isRandom = from === "node:crypto" && names.some((name) => RANDOM_IMPORT.test(name));
        if (AMBIENT_MODULES.test(from) || isRandom) report(node, `what "${from}" gives`);
      },
    };
  },
};

const BARE_ERROR = /^(Error|TypeError|RangeError|SyntaxError|AggregateError)$/;

/** House rule 9: one class per failure that a user can act on. */
const namedErrors = {
  create(context) {
    if (!isSource(context.filename) || context.filename.includes("/src/internal/")) return {};
    const check = (node, made) => {
      const isMade = made?.type === "NewExpression" || made?.type === "CallExpression";
      const name = isMade ? calleeName(made.callee) : "";
      if (!BARE_ERROR.test(name)) return;
      const message = `throw a class of core/errors.ts instead of ${name}: what can a user do about it?`;
      context.report({ node, message });
    };
    return {
      ThrowStatement: (node) => check(node, node.argument),
      CallExpression: (node) => /(^|\.)reject$/.test(calleeName(node.callee)) && check(node, node.arguments[0]),
    };
  },
};

/** House rule 2: what says that it is pure has no await, no clock and no I/O. */
const pureFiles = {
  create(context) {
    if (!isSource(context.filename) || !/\bPure\b/.test(headerOf(context))) return {};
    const report = (node) =>
      context.report({ node, message: "this file says that it is pure: no await, no async, no node: import" });
    return {
      AwaitExpression: report,
      ArrowFunctionExpression: (node) => node.async && report(node),
      FunctionExpression: (node) => node.async && report(node),
      FunctionDeclaration: (node) => node.async && report(node),
      ImportDeclaration: (node) => node.source.value.startsWith("node:") && node.importKind !== "type" && report(node),
    };
  },
};

/** House rule 4: a file with state says what it owns, what it does not, and who calls it. */
const stateHeader = {
  create(context) {
    if (!isSource(context.filename)) return {};
    const isComplete = /\bOwns:/.test(headerOf(context)) && /Called by:/.test(headerOf(context));
    let isReported = false;
    return {
      PropertyDefinition(node) {
        if (isComplete || isReported || node.readonly || node.static) return;
        isReported = true;
        context.report({
          node,
          message: "a file with state opens with a header: Owns, Does not own, Called by, its invariants",
        });
      },
    };
  },
};

/** House rule 10: names that say nothing. */
const tellingNames = {
  create(context) {
    const name = context.filename.split("/").at(-1);
    return /(^|[-.])(utils?|helpers?|common|manager|misc)([-.]|$)/.test(name)
      ? { Program: (node) => context.report({ node, message: `"${name}" says nothing: name the noun that is in it` }) }
      : {};
  },
};

function calleeName(node) {
  if (node?.type === "Identifier") return node.name;
  if (node?.type === "MemberExpression" && !node.computed) return `${calleeName(node.object)}.${node.property.name}`;
  return "";
}

/** The comment lines that a file opens with. */
function headerOf(context) {
  return /^(?:\/\/[^\n]*\n)*/.exec(context.sourceCode.text)[0];
}

export default {
  meta: { name: "house" },
  rules: {
    "import-direction": importDirection,
    "no-export-all": noExportAll,
    "ports-only": portsOnly,
    "named-errors": namedErrors,
    "pure-files": pureFiles,
    "state-header": stateHeader,
    "telling-names": tellingNames,
  },
};
