// Which names a fence uses and does not bring: what its import lines would have to say. Pure.
import ts from "typescript59";

/** The names that a module exports: of a declaration file, or of a source file. */
export function exportedNames(text: string): readonly string[] {
  const source = ts.createSourceFile("module.ts", text, ts.ScriptTarget.ES2022, true);
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined) {
      return ts.isNamedExports(statement.exportClause)
        ? statement.exportClause.elements.map(({ name }) => name.text)
        : [];
    }
    const isExported = ts.canHaveModifiers(statement)
      ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : false;
    return isExported === true ? declaredBy(statement) : [];
  });
}

/** Those of `offered` that `code` uses and does not declare or import at its top. */
export function missingNames(code: string, offered: Iterable<string>): readonly string[] {
  const source = ts.createSourceFile("fence.ts", code, ts.ScriptTarget.ES2022, true);
  const declared = new Set(source.statements.flatMap(declaredBy));
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isPropertyName(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...offered].filter((name) => used.has(name) && !declared.has(name));
}

/** Whether code is the inside of a generator: it yields, in no function of its own. */
export function isInsideGenerator(code: string): boolean {
  const source = ts.createSourceFile("fence.ts", `function* body() {${code}}`, ts.ScriptTarget.ES2022, true);
  const yields = (node: ts.Node): boolean =>
    ts.isYieldExpression(node) || (!ts.isFunctionLike(node) && (ts.forEachChild(node, yields) ?? false));
  const [body] = source.statements;
  return body !== undefined && ts.isFunctionDeclaration(body) && body.body !== undefined && yields(body.body);
}

/** Whether a fence imports from the package itself: then it shows all of its imports. */
export function importsPackage(code: string): boolean {
  return /from "surefoot[/"]/.test(code);
}

function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isQualifiedName(parent) && parent.right === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

function declaredBy(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundBy(name));
  }
  if (ts.isImportDeclaration(statement)) {
    const { name, namedBindings } = statement.importClause ?? {};
    const bindings = namedBindings === undefined || ts.isNamespaceImport(namedBindings) ? [] : namedBindings.elements;
    const namespace =
      namedBindings !== undefined && ts.isNamespaceImport(namedBindings) ? [namedBindings.name.text] : [];
    return [...(name === undefined ? [] : [name.text]), ...namespace, ...bindings.map((binding) => binding.name.text)];
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

function boundBy(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundBy(element.name) : []));
}
