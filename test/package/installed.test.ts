// `npm install surefoot` in an empty folder. Asks the registry where npm's cache does not know the one dependency.
import { afterAll, expect, it } from "vitest";
import { INSTALLATION_LIMITS, installAlone } from "../../scripts/installed-package.ts";
import { packPackage } from "../../scripts/packed-package.ts";

const packed = packPackage();
afterAll(() => packed.remove());

it("brings few packages, and takes little of a disk", { timeout: 60_000 }, () => {
  const { packages, bytesOnDisk } = installAlone(packed.tarball);
  expect(packages).toContain("surefoot");
  expect(packages.length).toBeLessThanOrEqual(INSTALLATION_LIMITS.packages);
  expect(bytesOnDisk).toBeGreaterThan(100_000);
  expect(bytesOnDisk).toBeLessThanOrEqual(INSTALLATION_LIMITS.bytesOnDisk);
});
