// Reads `//=> name: Type` comments, and asks the compiler what it infers for the name above.
import ts from "typescript59";

export interface TypeClaim {
  readonly name: string;
  readonly claimed: string;
  readonly inferred: string;
  readonly line: number;
}

/** All claims of a file, each beside what TypeScript infers. Union members are in one order in both. */
export function typeClaims(file: string): TypeClaim[] {
  const { config } = ts.readConfigFile("tsconfig.json", (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ".");
  const program = ts.createProgram([file], options);
  const source = program.getSourceFile(file)!;
  const checker = program.getTypeChecker();
  return [...source.text.matchAll(/\/\/=> (\w+): (.+)/g)].map((match) => {
    const [, name, claimed] = match as unknown as [string, string, string];
    const declaration = lastDeclarationBefore(source, name, match.index);
    const type = checker.getTypeAtLocation(declaration.name);
    const { NoTruncation, UseAliasDefinedOutsideCurrentScope } = ts.TypeFormatFlags; // as an editor prints it
    const text = checker.typeToString(type, declaration, NoTruncation | UseAliasDefinedOutsideCurrentScope);
    const line = source.getLineAndCharacterOfPosition(match.index).line + 1;
    return { name, claimed: ordered(claimed), inferred: ordered(text), line };
  });
}

function lastDeclarationBefore(source: ts.SourceFile, name: string, end: number): ts.VariableDeclaration {
  let found: ts.VariableDeclaration | undefined;
  const look = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText(source) === name && node.getStart(source) < end)
      found = node;
    ts.forEachChild(node, look);
  };
  look(source);
  if (found === undefined) throw new Error(`no declaration of "${name}" before the claim about it`);
  return found;
}

/** The text of a type with the members of each union in alphabetical order: compilers order them differently. */
export function ordered(type: string): string {
  const source = ts.createSourceFile("type.ts", `type T = ${type};`, ts.ScriptTarget.Latest, true);
  const print = (node: ts.Node): string => {
    if (ts.isUnionTypeNode(node)) return node.types.map(print).toSorted().join(" | ");
    let text = "";
    let end = node.getStart(source);
    ts.forEachChild(node, (child) => {
      text += source.text.slice(end, child.getStart(source)) + print(child);
      end = child.getEnd();
    });
    return text + source.text.slice(end, node.getEnd());
  };
  const text = print((source.statements[0] as ts.TypeAliasDeclaration).type);
  return text.replaceAll(/\s+/g, " ").replaceAll("; }", " }");
}
