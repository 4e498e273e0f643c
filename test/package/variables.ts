// The variables of a program, and their types as compilers print them. Pure.

/** A place in a file, from 0. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

/** Where each `const` of a program is declared: name → place. */
export function constsIn(source: string): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const [line, text] of source.split("\n").entries()) {
    const [all = "", name = ""] = /^\s*(?:export )?const (\w+)/.exec(text) ?? [];
    if (name !== "") places.set(name, { line, character: all.length - name.length });
  }
  return places;
}

/** One line, without a Markdown fence, and the members of each union in the order of the alphabet: compilers differ there. */
export function canonicalType(printed: string): string {
  const code = /```\w*\n([\s\S]*?)```/.exec(printed)?.[1] ?? printed;
  return sortUnions(code.replace(/\s+/g, " ").trim());
}

function sortUnions(text: string): string {
  const groups: string[] = [];
  // From the inside out: a group's text is put away, so that only unions of one level are seen at a time.
  let rest = text.replaceAll("=>", "⇒");
  for (let inner = innermost(rest); inner !== undefined; inner = innermost(rest)) {
    groups.push(`${inner[0]!}${sortMembers(inner.slice(1, -1))}${inner.at(-1)!}`);
    rest = rest.replace(inner, `§${groups.length - 1}§`);
  }
  let sorted = sortMembers(rest);
  while (/§\d+§/.test(sorted)) sorted = sorted.replace(/§(\d+)§/g, (_, index: string) => groups[Number(index)]!);
  return sorted.replaceAll("⇒", "=>");
}

function innermost(text: string): string | undefined {
  return /[<({[][^<>(){}[\]]*[>)}\]]/.exec(text)?.[0];
}

function sortMembers(text: string): string {
  return text.replace(/[^,;:=⇒]+/g, (part) => {
    if (!part.includes(" | ")) return part;
    const [, before = "", members = "", after = ""] = /^(\s*)(.*?)(\s*)$/.exec(part) ?? [];
    return `${before}${members.split(" | ").toSorted().join(" | ")}${after}`;
  });
}
