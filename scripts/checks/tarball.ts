// What publishing tools say of the packed package.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { REPOSITORY, type PackedPackage } from "../packed-package.ts";

/** publint, with its warnings as errors. */
export function publintProblems({ tarball }: PackedPackage): readonly string[] {
  return outputUnlessGood(["publint", "run", tarball, "--strict"]);
}

/** Are the types wrong? For a package of ES modules only. */
export function attwProblems({ tarball }: PackedPackage): readonly string[] {
  const offline = ["--no-definitely-typed", "--no-color", "--no-emoji"];
  return outputUnlessGood(["attw", tarball, "--profile", "esm-only", "--format", "ascii", ...offline]);
}

function outputUnlessGood([tool = "", ...args]: readonly string[]): readonly string[] {
  const path = join(REPOSITORY, "node_modules/.bin", tool);
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [path, ...args], { encoding: "utf8" });
  if (error !== undefined) throw error;
  return status === 0 ? [] : `${stdout}${stderr}`.split("\n").filter((line) => line.trim() !== "");
}
