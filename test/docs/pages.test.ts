// The code on the pages compiles, says the types that it says it has, and runs where it says that it runs.
import { afterAll, describe, expect, it } from "vitest";
import { COMPILERS, type Compiler } from "../../scripts/compile-project.ts";
import { compileFences, runFence, withoutTimes } from "../../scripts/docs/fence-project.ts";
import { fencesOf } from "../../scripts/docs/fences.ts";
import { documentedFences, runnableFences, runnableIn } from "../../scripts/docs/pages.ts";
import { packPackage } from "../../scripts/packed-package.ts";

const packed = packPackage();
const pages = documentedFences();
afterAll(() => packed.remove());

describe.each(Object.keys(COMPILERS) as Compiler[])("under TypeScript %s", (compiler) => {
  const problems = compileFences(packed, compiler, [...pages.values()].flat());

  it.each([...pages.keys()])("%s compiles", (page) => {
    expect(problems.filter((problem) => problem.startsWith(`${page}:`))).toEqual([]);
  });
  it("nothing is said of other files", () => {
    const isOfPage = (problem: string) => [...pages.keys()].some((page) => problem.startsWith(`${page}:`));
    expect(problems.filter((problem) => !isOfPage(problem))).toEqual([]);
  });
});

describe("the pages", () => {
  it("are all there: the contract, the first page, the docstrings", () => {
    expect([...pages.keys()]).toEqual(
      expect.arrayContaining(["docs/reference/language.md", "README.md", "src/app/create-app.ts", "src/sqlite.ts"]),
    );
    expect(pages.get("docs/reference/language.md")).toHaveLength(2);
  });
  it("run where they say so, and print what they show", () => {
    for (const { fence, output } of runnableFences()) {
      const { printed, problems } = runFence(packed, fence);
      expect(problems).toEqual([]);
      expect(withoutTimes(printed)).toBe(withoutTimes(output?.code ?? printed));
    }
  });
});

describe("what a page may get wrong", () => {
  const problemsOf = (page: string) => compileFences(packed, "7.0", fencesOf("page.md", page, ["ts"]));

  it("is found at its line, each fence on its own", () => {
    const page = [
      "# Page",
      "```ts",
      'const one = step.run("One", ask1).possibleError(Service1Error);',
      "// Step<number, Service1Error>",
      "const two = one.result(); // Step<Result<number, Service2Error>, never>",
      "```",
      "- a list",
      "  ```ts",
      '  import { step } from "surefoot";',
      '  const three = step.run("Three", () => undefinedName);',
      "  const four = memory;",
      "  ```",
      "```ts",
      'const fn = app.createFunction({ name: "A" }, { event: "a" }, () => "x"); // its run: Value number, Failure never',
      'const one = app.createFunction({ name: "B" }, { event: "b" }, () => "x").possibleError(UserError);',
      "// its run: Value string, Failure UserError",
      "await app.send({ name: 5, data: {…} });",
      "```",
      "```ts",
      "class A {} // Step<number, never>",
      "```",
    ].join("\n");
    expect(problemsOf(page).map((problem) => problem.split(" ").slice(0, 2).join(" "))).toEqual([
      "page.md:20: a",
      "page.md:5: TS2554:",
      "page.md:10: TS2552:",
      "page.md:11: TS2304:",
      "page.md:14: TS2554:",
      "page.md:17: TS2322:",
    ]);
  });

  it("is nothing where it is right", () => {
    const page = [
      "```ts",
      'const { name, data } = { name: "a", data: 1 };',
      "const given = yieldsNothing(name, data);",
      "function yieldsNothing(first: string, second: number) { return [first, second]; }",
      'step.run("A", function* (step) {',
      '  const charge = yield* step.run("Charge", () => stripe.charges.create({ amount: invoice.amount })).possibleError(CardDeclined);',
      "  // Step<Charge, CardDeclined>",
      "  console.log(charge.id, given); // prints it: Value and Failure are words here",
      "});",
      "```",
    ].join("\n");
    expect(problemsOf(page)).toEqual([]);
  });
});

describe("a program on a page", () => {
  const runPage = (code: string) =>
    runFence(packed, { page: "page.md", line: 3, language: "ts", marks: ["run"], code });

  it("is run as it stands", () => {
    const { printed, problems } = runPage(
      'import { step } from "surefoot";\nconsole.log(await step.run("Add", () => 20 + 22 as number));\n',
    );
    expect({ printed, problems }).toEqual({ printed: "42\n", problems: [] });
  });
  it("fails the page if it fails, and if it complains", () => {
    expect(runPage("process.exitCode = 3;").problems).toEqual(["page.md:3: it ended with 3"]);
    expect(runPage("console.warn('careful');").problems).toEqual(["page.md:3: it printed to standard error: careful"]);
  });
  it("is compared with the output that follows it, but for times and ids", () => {
    const [runnable] = runnableIn("page.md", "```ts run\ncode\n```\nprose\n```text output\n1  Charge  312 ms\n```\n");
    expect(runnable).toMatchObject({ fence: { line: 2 }, output: { line: 6 } });
    expect(withoutTimes("  1   Charge   ✓ 3.0 s  run_01k… 2026-12-01\n")).toBe("1 Charge ✓ <time> run_… <date>");
    expect(withoutTimes("run_01kabc 80 ms")).toBe(withoutTimes("run_01k… 312 ms"));
    expect(withoutTimes("2 Charge")).not.toBe(withoutTimes("3 Charge"));
  });
});
