// What is compiled in a run of the benchmark: whose program, by which compiler. Pure.
import { COMPILERS, type Compiler } from "../../scripts/compile-project.ts";
import { CONTESTANTS, CONTESTANT_NAMES, FULL_CONTESTANTS, type ContestantName } from "./contestants.ts";
import { GROWTH, PROGRAMS, PROGRAM_NAMES, writeGrowth, type GrowthPoint, type ProgramName } from "./programs.ts";
import type { Compilation } from "./compilation.ts";
import type { Project } from "./project.ts";

export const COMPILER_NAMES = Object.keys(COMPILERS) as readonly Compiler[];

export interface Target {
  readonly program: ProgramName;
  readonly contestant: ContestantName;
  readonly compiler: Compiler;
}

export interface GrowthTarget extends GrowthPoint {
  readonly contestant: ContestantName;
  readonly compiler: Compiler;
}

/** Program by program, so that those that are compared are compiled next to each other. */
export function allTargets(): readonly Target[] {
  return PROGRAM_NAMES.flatMap((program) =>
    CONTESTANT_NAMES.filter((contestant) => takesPart(contestant, program)).flatMap((contestant) =>
      COMPILER_NAMES.map((compiler) => ({ program, contestant, compiler })),
    ),
  );
}

export function allGrowthTargets(): readonly GrowthTarget[] {
  return FULL_CONTESTANTS.flatMap((contestant) =>
    COMPILER_NAMES.flatMap((compiler) => GROWTH.map((point) => ({ ...point, contestant, compiler }))),
  );
}

export function takesPart(contestant: ContestantName, program: ProgramName): boolean {
  return CONTESTANTS[contestant].programs.includes(program);
}

/** Compiles a program, which has to have the errors that it is to have. */
export function compileTarget(project: Project, { program, contestant, compiler }: Target): Compilation {
  const { write, errors } = PROGRAMS[program];
  const text = () => write(CONTESTANTS[contestant].writer);
  return expectErrors(project.compile(`${contestant}/${program}`, text, compiler), errors, `${program}/${contestant}`);
}

export function compileGrowth(project: Project, { contestant, compiler, shape, size }: GrowthTarget): Compilation {
  const name = `${contestant}/${shape}-${size}`;
  const text = () => writeGrowth(CONTESTANTS[contestant].writer, { shape, size });
  return expectErrors(project.compile(name, text, compiler), 0, name);
}

function expectErrors(compilation: Compilation, errors: number, name: string): Compilation {
  const { diagnostics } = compilation;
  if (diagnostics.length === errors) return compilation;
  const [first] = diagnostics;
  const example = first === undefined ? "" : `; line ${first.line}: ${first.code}: ${first.text}`;
  throw new Error(`${name} has ${diagnostics.length} errors, not ${errors}${example}`);
}
