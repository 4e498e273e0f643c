// The tables of the pages, as Markdown, from what was measured. Pure.
import { WEIGHED, type WeighedProgram } from "../../scripts/weight/programs.ts";
import { provenance } from "../shared/results-file.ts";
import { showCount } from "../shared/show-figures.ts";
import { table } from "../shared/table.ts";
import { PEER_PROGRAMS } from "./contestants.ts";
import type { InstallFigure, OwnWeightFigure, Results, WeightFigure } from "./results.ts";

const BYTES_IN_KB = 1_000;
const BYTES_IN_MB = 1_000_000;
const MOST_PARTS = 12;

/** For the README: what is sent over a wire, and what an installation brings. */
export function summary(results: Results): string {
  const rows = [...results.own, ...results.peers].map((figure) => [
    titleOf(figure),
    showKb(figure.gzip),
    showKb(figure.minified),
  ]);
  const [own, ...peers] = results.installs;
  const others = peers.map((figure) => `${figure.package} ${installed(figure)}`).join(", ");
  return [
    table(["", "gzip", "minified"], rows),
    `\`npm install surefoot\` brings ${installed(own!)}; ${others}. ` +
      `Bundled by esbuild ${results.versions["esbuild"]}, for production. ${provenance(results)}`,
  ].join("\n\n");
}

/** For the page of the benchmark: all that was measured. */
export function details(results: Results): string {
  const used = Object.entries(results.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${provenance(results)} ${used.join(", ")}.`,
    ownDetails(results.own),
    peerDetails(results),
    installDetails(results.installs),
    ...results.own.map(partsOf),
  ].join("\n\n");
}

function ownDetails(own: readonly OwnWeightFigure[]): string {
  const rows = own.map((figure) => {
    const { limit, goal }: WeighedProgram = WEIGHED[figure.program];
    const goalText = goal === undefined ? "" : `${showKb(goal)}${figure.gzip > goal ? ", missed" : ""}`;
    const kilobytes = [figure.gzip, limit].map(showKb);
    const others = [figure.brotli, figure.minified, figure.gzipByVite, figure.gzipInDevelopment].map(showKb);
    return [titleOf(figure), ...kilobytes, goalText, ...others, showCount(figure.modules)];
  });
  const headings = [
    "gzip",
    "limit",
    "goal",
    "brotli",
    "minified",
    "gzip by Vite",
    "gzip, not for production",
    "modules",
  ];
  return `### What surefoot's doors weigh\n\n${table(["", ...headings], rows)}`;
}

function peerDetails({ own, peers }: Results): string {
  const rows = [...own, ...peers].map((figure) => [
    titleOf(figure),
    ...[figure.gzip, figure.brotli, figure.minified].map(showKb),
    showCount(figure.modules),
  ]);
  return `### Beside others\n\n${table(["", "gzip", "brotli", "minified", "modules"], rows)}`;
}

function installDetails(installs: readonly InstallFigure[]): string {
  const rows = installs.map((figure) => [
    figure.package === "surefoot" ? "**surefoot**" : figure.package,
    showCount(figure.packages),
    showMb(figure.bytesOnDisk),
  ]);
  return `### Installed alone\n\n${table(["", "packages", "on disk"], rows)}`;
}

function partsOf(figure: OwnWeightFigure): string {
  const parts = Object.entries(figure.parts);
  const rows = parts.slice(0, MOST_PARTS).map(([path, bytes]) => [`\`${path}\``, showCount(bytes)]);
  const rest = parts.slice(MOST_PARTS);
  const restBytes = rest.reduce((sum, [, bytes]) => sum + bytes, 0);
  const last = rest.length === 0 ? [] : [[`${rest.length} more`, showCount(restBytes)]];
  return `### In ${WEIGHED[figure.program].title}: bytes, minified\n\n${table(["", "bytes"], [...rows, ...last])}`;
}

function titleOf({ program }: WeightFigure): string {
  return program in WEIGHED
    ? `**surefoot**: ${WEIGHED[program as keyof typeof WEIGHED].title}`
    : PEER_PROGRAMS[program as keyof typeof PEER_PROGRAMS].title;
}

function installed({ packages, bytesOnDisk }: InstallFigure): string {
  return `${packages === 1 ? "1 package" : `${showCount(packages)} packages`}, ${showMb(bytesOnDisk)}`;
}

/** `17.5 kB`: a thousand bytes, as size-limit counts them. */
function showKb(bytes: number): string {
  return `${(bytes / BYTES_IN_KB).toFixed(1)} kB`;
}

function showMb(bytes: number): string {
  return `${(bytes / BYTES_IN_MB).toFixed(1)} MB`;
}
