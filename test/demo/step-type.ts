// What the compiler infers for a step in a source file.
import ts from "typescript59";

/** The type of `step.run("name", …)` with its whole chain, as an editor shows it, members of a union in alphabetical order. */
export function stepTypeIn(file: string, name: string): string {
  const { config } = ts.readConfigFile("tsconfig.json", (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ".");
  const program = ts.createProgram([file], options);
  const source = program.getSourceFile(file)!;
  const checker = program.getTypeChecker();
  const type = checker.getTypeAtLocation(chainOf(runCall(source, name)));
  const [value, failure] = checker.getTypeArguments(type as ts.TypeReference).map((part) => checker.typeToString(part));
  const members = failure!.split(" | ").toSorted((a, b) => a.localeCompare(b));
  return `${type.symbol.name}<${value}, ${members.join(" | ")}>`;
}

function runCall(source: ts.SourceFile, name: string): ts.Node {
  let found: ts.Node | undefined;
  const look = (node: ts.Node): void => {
    const [first] = ts.isCallExpression(node) ? node.arguments : [];
    if (first !== undefined && ts.isStringLiteral(first) && first.text === name) found ??= node;
    ts.forEachChild(node, look);
  };
  look(source);
  if (found === undefined) throw new Error(`${source.fileName} has no step "${name}"`);
  return found;
}

/** The call with all the links that follow it. */
function chainOf(call: ts.Node): ts.Node {
  const { parent } = call;
  const isLink =
    ts.isPropertyAccessExpression(parent) && parent.expression === call && ts.isCallExpression(parent.parent);
  return isLink ? chainOf(parent.parent) : call;
}
