// `npm run bench:size`: how heavy surefoot is in a bundle and on a disk, side by side with what else there is.
//
// Packs the package beside the tree, installs the peers if they are not there, bundles and weighs, installs each package alone, and
// writes results.json and the tables of the pages. Ends with 1 if something is heavier than it may be, or carries what it is not to.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { INSTALLATION_LIMITS, installAlone } from "../../scripts/installed-package.ts";
import { packPackage, type PackedPackage } from "../../scripts/packed-package.ts";
import { bundle, bundleWithVite, type Bundle } from "../../scripts/weight/bundle.ts";
import { WEIGHED, WEIGHED_NAMES, type WeighedName } from "../../scripts/weight/programs.ts";
import { strangersIn } from "../../scripts/weight/strangers.ts";
import { weighBundles, weighedBundles, weightProblems } from "../../scripts/weight/weigh.ts";
import { BENCH, CommandFailed, ROOT, endWith } from "../shared/command.ts";
import { writePages } from "../shared/pages.ts";
import { installPeers, peers } from "../shared/peers.ts";
import { loadNow, originOf, readFigures, writeFigures } from "../shared/results-file.ts";
import { INSTALLED_PEERS, PEER_NAMES, PEER_PROGRAMS } from "./contestants.ts";
import { readOptions } from "./options.ts";
import { PAGES } from "./pages.ts";
import { details } from "./report.ts";
import { RESULTS, type InstallFigure, type OwnWeightFigure, type Results, type WeightFigure } from "./results.ts";

try {
  await carryOut();
} catch (error) {
  endWith(() => {
    throw error;
  });
}

async function carryOut(): Promise<void> {
  const { kind } = readOptions(process.argv.slice(2));
  if (kind === "report") return writePages(PAGES, readFigures(RESULTS) as Results);
  const loadBefore = loadNow();
  installPeers();
  const packed = packPackage();
  try {
    const { own, problems } = await weighOwn(packed);
    const installs = installFigures(packed);
    const measured = { versions: versions(), own, peers: weighPeers(), installs };
    const results: Results = { ...originOf("npm run bench:size", "size", loadBefore), ...measured };
    writeFigures(RESULTS, results);
    writePages(PAGES, results);
    console.log(details(results));
    const all = [...problems, ...installProblems(installs[0]!)];
    if (all.length > 0) throw new CommandFailed(all.join("\n"));
  } finally {
    packed.remove();
  }
}

async function weighOwn({
  consumer,
}: PackedPackage): Promise<{ readonly own: readonly OwnWeightFigure[]; readonly problems: readonly string[] }> {
  const bundles = weighedBundles(consumer);
  const inDevelopment = bundlesOf((name) => bundle(WEIGHED[name].code, consumer, {}));
  const made = new Map<WeighedName, Bundle>();
  for (const name of WEIGHED_NAMES) made.set(name, await bundleWithVite(WEIGHED[name].code, consumer));
  const byVite = bundlesOf((name) => made.get(name)!);
  const [weights, viteWeights, developmentWeights] = [bundles, byVite, inDevelopment].map(weighBundles);
  const own = WEIGHED_NAMES.map((name) => ({
    program: name,
    ...weights![name],
    modules: bundles[name].modules.length,
    gzipByVite: viteWeights![name].gzip,
    gzipInDevelopment: developmentWeights![name].gzip,
    parts: Object.fromEntries(bundles[name].modules.map(({ path, bytes }) => [path, bytes])),
  }));
  const problems = [
    ...weightProblems(bundles, weights!),
    ...WEIGHED_NAMES.flatMap((name) => strangersIn(name, byVite[name])),
  ];
  return { own, problems };
}

function bundlesOf(make: (name: WeighedName) => Bundle): Readonly<Record<WeighedName, Bundle>> {
  return Object.fromEntries(WEIGHED_NAMES.map((name) => [name, make(name)])) as Record<WeighedName, Bundle>;
}

function weighPeers(): readonly WeightFigure[] {
  const bundles = Object.fromEntries(PEER_NAMES.map((name) => [name, bundle(PEER_PROGRAMS[name].code, BENCH)]));
  const weights = weighBundles(bundles);
  return PEER_NAMES.map((name) => ({
    program: name,
    ...weights[name]!,
    modules: bundles[name]!.modules.length,
  }));
}

/** surefoot first. */
function installFigures({ tarball }: PackedPackage): readonly InstallFigure[] {
  const wanted = [["surefoot", tarball], ...INSTALLED_PEERS.map((name) => [name, `${name}@${peers()[name]!}`])];
  return wanted.map(([name, what]) => {
    const { packages, bytesOnDisk } = installAlone(what!);
    return { package: name!, packages: packages.length, bytesOnDisk };
  });
}

function installProblems({ packages, bytesOnDisk }: InstallFigure): readonly string[] {
  const most = INSTALLATION_LIMITS;
  return packages > most.packages || bytesOnDisk > most.bytesOnDisk
    ? [
        `an installation brings ${packages} packages and ${bytesOnDisk} bytes, and at most ${most.packages} and ${most.bytesOnDisk} are allowed`,
      ]
    : [];
}

/** Of the peers, and of what bundles and weighs. */
function versions(): Readonly<Record<string, string>> {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const all = { ...peers(), ...devDependencies };
  return Object.fromEntries([...INSTALLED_PEERS, "esbuild", "vite", "size-limit"].map((name) => [name, all[name]!]));
}
