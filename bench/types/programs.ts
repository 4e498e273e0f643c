// What is compiled: the same programs for every contestant. Pure.
import { errorName, type ErrorName, type FunctionWriter, type Writer } from "./writers/writer.ts";

const FUNCTIONS = 200;
const CLASSES = 60;
/** A sequence has five steps and its own error; a nest has five steps. */
const SEQUENCE_ERRORS = 6;
const NEST_ERRORS = 5;
const BODY_STEPS = 60;

interface ProgramFacts {
  readonly title: string;
  readonly write: (writer: Writer) => string;
  /** How many errors it has to have. */
  readonly errors: number;
}

export const PROGRAMS = {
  import: { title: "import only", write: ({ importOnly }) => importOnly, errors: 0 },
  classes: { title: `${CLASSES} error classes`, write: ({ head }) => head(names(CLASSES)), errors: 0 },
  flat: {
    title: `${FUNCTIONS} functions, flat`,
    write: ({ head, sequence }) => `${head(names(CLASSES))}\n${functions(SEQUENCE_ERRORS, sequence)}`,
    errors: 0,
  },
  deep: {
    title: `${FUNCTIONS} functions, deep`,
    write: ({ head, nested }) => `${head(names(CLASSES))}\n${functions(NEST_ERRORS, nested)}`,
    errors: 0,
  },
  body: {
    title: `${BODY_STEPS} steps in one body`,
    write: (writer) => writeGrowth(writer, { shape: "steps", size: BODY_STEPS }),
    errors: 0,
  },
  wrong: {
    title: `${FUNCTIONS} functions, flat, with a mistake each`,
    write: ({ head, wrongHead, mistakes }) => {
      const write: FunctionWriter = (index, errors) => mistakes[index % mistakes.length]!.write(index, errors);
      return `${head(names(CLASSES))}\n${wrongHead}\n${functions(SEQUENCE_ERRORS, write)}`;
    },
    errors: FUNCTIONS,
  },
} as const satisfies Readonly<Record<string, ProgramFacts>>;

export type ProgramName = keyof typeof PROGRAMS;
export const PROGRAM_NAMES = Object.keys(PROGRAMS) as readonly ProgramName[];

/** A program that only grows: one function, so many steps in its body or in each other, each with an error of its own. */
export interface GrowthPoint {
  readonly shape: "steps" | "depth";
  readonly size: number;
}

export const GROWTH: readonly GrowthPoint[] = [
  ...[60, 120, 240].map((size) => ({ shape: "steps", size }) as const),
  ...[2, 4, 6, 8, 10, 12].map((size) => ({ shape: "depth", size }) as const),
];

export function writeGrowth({ head, sequence, nested }: Writer, { shape, size }: GrowthPoint): string {
  const errors = names(shape === "steps" ? size + 1 : size);
  return `${head(errors)}\n${(shape === "steps" ? sequence : nested)(0, errors)}\n`;
}

function names(count: number): readonly ErrorName[] {
  return Array.from({ length: count }, (_, number) => errorName(number));
}

/** Functions whose errors are the next of the classes, from the first again after the last. */
function functions(errors: number, write: FunctionWriter): string {
  const errorsOf = (index: number) =>
    Array.from({ length: errors }, (_, number) => errorName((index * errors + number) % CLASSES));
  const all = Array.from({ length: FUNCTIONS }, (_, index) => write(index, errorsOf(index)));
  return `${all.join("\n")}\n`;
}
