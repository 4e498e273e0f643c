// Who imports what from whom, by name: read from the text, which is enough because nothing exports `*`. Pure.
import ts from "typescript59";
import type { TreeFile } from "./tree.ts";

export interface Export {
  readonly name: string;
  readonly line: number;
  readonly isType: boolean;
  /** How many times the name stands in its own file, besides the declaration. */
  readonly usesAtHome: number;
  /** Whether another exported declaration of the file names it. */
  readonly isNamedByExport: boolean;
}

export interface Import {
  /** The file that is imported, from the root. */
  readonly from: string;
  /** `*` for all of them, `""` for none: the file is only to be run. */
  readonly name: string;
}

/** What a file declares and exports. What it passes on from elsewhere is an import. */
export function exportsOf(file: TreeFile): readonly Export[] {
  const source = parse(file);
  const declarations = source.statements.filter(isExported);
  return declarations.flatMap((statement) =>
    declaredNames(statement).map((name) => ({
      name: name.text,
      line: source.getLineAndCharacterOfPosition(name.getStart(source)).line + 1,
      isType: ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement),
      usesAtHome: usesIn(source, name.text) - 1,
      isNamedByExport: declarations.some((other) => other !== statement && usesIn(other, name.text) > 0),
    })),
  );
}

/** What a file imports from files of the tree, also to pass it on, also at run time. */
export function importsOf(file: TreeFile): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, names: readonly string[]): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith(".")) return;
    const from = resolvePath(file.path, specifier.text);
    for (const name of names) found.push({ from, name });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importedNames(node.importClause));
    if (ts.isExportDeclaration(node)) {
      const clause = node.exportClause;
      const isNamed = clause !== undefined && ts.isNamedExports(clause);
      add(node.moduleSpecifier, isNamed ? clause.elements.map((one) => (one.propertyName ?? one.name).text) : ["*"]);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], ["*"]);
    if (ts.isImportTypeNode(node)) {
      const literal = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
      add(literal, [node.qualifier?.getText() ?? "*"]);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

/** Whether a file has code that runs and decides: the body of some function. */
export function hasLogic(file: TreeFile): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    found ||= ts.isFunctionLike(node) && "body" in node && node.body !== undefined;
    if (!found) ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

const parsed = new Map<string, ts.SourceFile>();

function parse({ path, text }: TreeFile): ts.SourceFile {
  const known = parsed.get(path);
  if (known?.text === text) return known;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  parsed.set(path, source);
  return source;
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function declaredNames(statement: ts.Statement): readonly ts.Identifier[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name).filter((name) => ts.isIdentifier(name));
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Node };
  return name !== undefined && ts.isIdentifier(name) ? [name] : [];
}

function usesIn(node: ts.Node, name: string): number {
  let count = 0;
  const visit = (inner: ts.Node): void => {
    if (ts.isIdentifier(inner) && inner.text === name) count++;
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return count;
}

function importedNames(clause: ts.ImportClause | undefined): readonly string[] {
  const bindings = clause?.namedBindings;
  if (clause === undefined) return [""];
  if (bindings === undefined) return ["default"];
  if (ts.isNamespaceImport(bindings)) return ["*"];
  const names = bindings.elements.map((one) => (one.propertyName ?? one.name).text);
  return names.length === 0 ? [""] : names;
}

function resolvePath(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
