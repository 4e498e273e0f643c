// The tables of the pages, as Markdown, from what was measured. Pure.
import { provenance, roundsOf } from "../shared/results-file.ts";
import { showCount, showShare } from "../shared/show-figures.ts";
import { table } from "../shared/table.ts";
import { CONTESTANTS, CONTESTANT_NAMES, FULL_CONTESTANTS, type ContestantName } from "./contestants.ts";
import { growthRates, unevenness, type Figure } from "./figures.ts";
import { PROGRAMS, PROGRAM_NAMES, type GrowthPoint, type ProgramName } from "./programs.ts";
import { figureIn, growthIn, type Results } from "./results.ts";
import { COMPILER_NAMES, takesPart, type Target } from "./targets.ts";

const MS_IN_S = 1000;
const SUMMARIZED: readonly ProgramName[] = ["flat", "deep", "import"];

/** For the README: what the programs cost that say most. */
export function summary(results: Results): string {
  const columns = SUMMARIZED.flatMap((program) => COMPILER_NAMES.map((compiler) => ({ program, compiler })));
  const headings = columns.map(({ program, compiler }) => `${PROGRAMS[program].title}, ${compiler}`);
  const rows = FULL_CONTESTANTS.map((contestant) => {
    const cells = columns.map(({ program, compiler }) => {
      const figure = figureIn(results, program, contestant, compiler);
      return `${showThousands(figure.instantiations)} · ${showMs(figure.totalMs)} · ${showMemory(figure.memoryMb)}`;
    });
    return [CONTESTANTS[contestant].title, ...cells];
  });
  return [
    table(["", ...headings], rows),
    `Instantiations · the compiler's whole time · its memory, with TypeScript ${versionsOfCompilers(results)}. ` +
      `Times are the best of ${roundsOf(results)}, memory the median. ${provenance(results)}`,
  ].join("\n\n");
}

/** For the page of the benchmark: all that was measured. */
export function details(results: Results): string {
  const { versions, machine } = results;
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${roundsOf(results)}. ${provenance(results)} Load before ${machine.load.before}, after ${machine.load.after}. ${used.join(", ")}.`,
    ...PROGRAM_NAMES.map((program) => programDetails(results, program)),
    growthDetails(results, "steps"),
    growthDetails(results, "depth"),
  ].join("\n\n");
}

/** For the terminal. */
export function showFigure({ program, contestant, compiler }: Target, figure: Cost): string {
  const { instantiations, checkMs, memoryMb } = figure;
  return `${`${program}/${contestant}`.padEnd(28)} ${compiler}  ${showCount(instantiations).padStart(9)}  ${showMs(checkMs).padStart(7)}  ${showMemory(memoryMb).padStart(6)}`;
}

type Cost = Pick<Figure, "instantiations" | "checkMs" | "memoryMb">;

function programDetails(results: Results, program: ProgramName): string {
  const rows = CONTESTANT_NAMES.filter((contestant) => takesPart(contestant, program)).flatMap((contestant) =>
    COMPILER_NAMES.map((compiler) => {
      const figure = figureIn(results, program, contestant, compiler);
      const memories = figure.samples.map(({ memoryMb }) => memoryMb);
      return [
        CONTESTANTS[contestant].title,
        compiler,
        showCount(figure.instantiations),
        showCount(figure.types),
        showMs(figure.checkMs),
        showMs(figure.totalMs),
        showMemory(figure.memoryMb),
        `${Math.round(Math.min(...memories))} to ${showMemory(Math.max(...memories))}`,
        showCount(figure.errors),
      ];
    }),
  );
  const headings = ["", "TypeScript", "instantiations", "types", "check", "total", "memory", "of the rounds", "errors"];
  return `### ${capitalized(PROGRAMS[program].title)}\n\n${table(headings, rows)}`;
}

const GROWTH_TITLES = {
  steps: { title: "Steps in one body", unit: "a step more" },
  depth: { title: "Steps in steps", unit: "a level more" },
} as const satisfies Readonly<Record<GrowthPoint["shape"], unknown>>;

function growthDetails(results: Results, shape: GrowthPoint["shape"]): string {
  const { title, unit } = GROWTH_TITLES[shape];
  const pointsOf = (contestant: ContestantName) =>
    COMPILER_NAMES.map((compiler) => ({ compiler, points: growthIn(results, shape, contestant, compiler) }));
  const rows = FULL_CONTESTANTS.flatMap((contestant) =>
    pointsOf(contestant).map(({ compiler, points }) => {
      const rates = growthRates(points);
      const cells = points.map(({ instantiations, checkMs }) => `${showCount(instantiations)} · ${showMs(checkMs)}`);
      const rate = showCount(Math.round(Math.min(...rates)));
      return [CONTESTANTS[contestant].title, compiler, ...cells, rate, showShare(unevenness(rates))];
    }),
  );
  const sizes = pointsOf("surefoot")[0]!.points.map(({ size }) => String(size));
  return `### ${title}: instantiations · check time, by ${shape === "steps" ? "steps" : "levels"}\n\n${table(["", "TypeScript", ...sizes, unit, "uneven by"], rows)}`;
}

function versionsOfCompilers({ versions }: Results): string {
  return `${versions["typescript"]} and ${versions["typescript59"]}`;
}

/** The compilers count whole milliseconds: TypeScript 5.9 ten of them. */
function showMs(ms: number): string {
  return ms < MS_IN_S ? `${Math.round(ms)} ms` : `${(ms / MS_IN_S).toFixed(2)} s`;
}

/** `131k` */
function showThousands(count: number): string {
  return count < 1000 ? String(count) : `${showCount(Math.round(count / 1000))}k`;
}

function showMemory(megabytes: number): string {
  return `${Math.round(megabytes)} MB`;
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
