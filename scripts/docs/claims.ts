// What comments in documentation say of types, turned into types that a compiler checks. Pure.
import ts from "typescript59";

/** The module that checked fences import; the compiler sees it, nothing runs it. */
export const CLAIM_MODULE = `
import type { FunctionLinks } from "surefoot";
type Same<Actual, Claimed> = (<T>(value: T) => T extends Actual ? 1 : 2) extends <T>(value: T) => T extends Claimed ? 1 : 2 ? true : false;
type Proof<Actual, Claimed> = Same<Actual, Claimed> extends true ? [] : [{ claimed: Claimed; actual: Actual }];
export declare function claimed<Claimed>(): <Actual>(value: Actual, ...proof: Proof<Actual, Claimed>) => Actual;
export declare function claimedRun<Value, Failure>(): <Data, V, F, Fn>(
  value: Fn & FunctionLinks<Data, V, F>, ...proof: [...Proof<V, Value>, ...Proof<F, Failure>]
) => Fn;
`;
export const CLAIM_IMPORT = 'import { claimed, claimedRun } from "./claims.js";';

interface Edit {
  readonly at: number;
  readonly text: string;
}

/**
 * Wraps each expression that a comment speaks of, so that the comment's type is checked. No line moves.
 *
 * A comment speaks of the statement that it ends, or follows on the next line, if it is a type and nothing else
 * (`// Step<number, UserError>`), or says `its run: Value string, Failure CardDeclined` of a function. Behind `yield*` or
 * `await`, it speaks of what is yielded or awaited.
 */
export function withClaims(code: string): string {
  const edits: Edit[] = [];
  const source = ts.createSourceFile("fence.ts", code, ts.ScriptTarget.ES2022, true);
  const visit = (node: ts.Node): void => {
    const expression = expressionOf(node);
    const call = expression === undefined ? undefined : claimAfter(code, node.end);
    if (expression !== undefined && call !== undefined) {
      edits.push({ at: expression.getStart(source), text: `${call}(` }, { at: expression.end, text: ")" });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits
    .toSorted((a, b) => b.at - a.at)
    .reduce((text, { at, text: inserted }) => text.slice(0, at) + inserted + text.slice(at), code);
}

/** How many comments of a fence are claims, wherever they stand: what `withClaims` did not wrap was of no statement. */
export function countClaims(code: string): number {
  return code
    .split("\n")
    .filter((line) => /\/\/(.*)$/.test(line) && claimCall(/\/\/(.*)$/.exec(line)![1]!) !== undefined).length;
}

function expressionOf(node: ts.Node): ts.Expression | undefined {
  const given = ts.isVariableStatement(node)
    ? node.declarationList.declarations[0]?.initializer
    : ts.isExpressionStatement(node)
      ? node.expression
      : ts.isReturnStatement(node)
        ? node.expression
        : undefined;
  if (given === undefined) return undefined;
  if (ts.isYieldExpression(given)) return given.expression;
  return ts.isAwaitExpression(given) ? given.expression : given;
}

function claimAfter(code: string, end: number): string | undefined {
  const trailing = ts.getTrailingCommentRanges(code, end) ?? [];
  const following = code.slice(end).startsWith("\n") ? (ts.getLeadingCommentRanges(code, end) ?? []).slice(0, 1) : [];
  for (const { pos, end: commentEnd } of [...trailing, ...following]) {
    const call = claimCall(code.slice(pos + 2, commentEnd));
    if (call !== undefined) return call;
  }
  return undefined;
}

function claimCall(comment: string): string | undefined {
  const text = comment.trim();
  const run = /^its run: Value (.+), Failure (.+)$/.exec(text);
  if (run !== null) return `claimedRun<${run[1]}, ${run[2]}>()`;
  return /^[A-Z]\w*<.+>$/.test(text) ? `claimed<${text}>()` : undefined;
}
