// A store on a network file system is opened, and a warning says what may become of it.
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { networkFileSystem } from "../../src/stores/sqlite/network-file-system.ts";
import { openDatabase } from "../../src/stores/sqlite/sqlite-database.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";

const newFile = temporaryFiles("network");
const EXT4 = 0xef53;
const OVERLAY = 0x794c7630;
const TMPFS = 0x01021994;
const FUSE = 0x65735546;
const NINE_P = 0x01021997;
const NFS = 0x6969;

describe("a type of file system", () => {
  it.each([
    ["NFS", NFS],
    ["SMB", 0xff534d42],
    ["SMB", 0xfe534d42],
    ["SMB", 0xfe534d42 | 0], // as a machine says it whose numbers are signed
    ["Ceph", 0x00c36400],
  ])("%s is known to be of the network", (name, type) => {
    expect(networkFileSystem(type)).toBe(name);
  });
  it.each([EXT4, OVERLAY, TMPFS, FUSE, NINE_P, 0, -1])("%d is not", (type) => {
    expect(networkFileSystem(type)).toBeUndefined();
  });
});

describe("a store", () => {
  let warnings: string[];
  beforeEach(() => {
    warnings = [];
    vi.spyOn(process, "platform", "get").mockReturnValue("linux");
    vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  function openOn(type: () => number, path = newFile()): string {
    const fs = process.getBuiltinModule("node:fs");
    vi.spyOn(fs, "statfsSync").mockImplementation((() => ({ type: type() })) as never);
    openDatabase({ path }).close();
    return path;
  }

  it("on a network file system is opened, and a warning names the file and the way out, once", () => {
    const path = openOn(() => NFS);
    openOn(() => NFS, path);
    expect(warnings).toEqual([
      `surefoot: the store "${path}" is on a network file system (NFS). SQLite keeps its promises there only while a single machine uses the file, and not with every server: put it on a local disk`,
    ]);
  });
  it.each([
    ["a local disk", () => EXT4],
    [
      "one of which nothing is known",
      () => {
        throw new Error("no statfs here");
      },
    ],
  ])("on %s is opened without a word", (_name, type) => {
    openOn(type);
    expect(warnings).toEqual([]);
  });
  it("that lies on another kind of system is opened without a word, whatever its numbers say", () => {
    vi.spyOn(process, "platform", "get").mockReturnValue("win32");
    openOn(() => NFS);
    expect(warnings).toEqual([]);
  });
});

it("the file is asked about, and not the folder that the process is in", () => {
  const path = newFile();
  writeFileSync(path, "");
  const statfs = vi.spyOn(process.getBuiltinModule("node:fs"), "statfsSync");
  vi.spyOn(process, "platform", "get").mockReturnValue("linux");
  openDatabase({ path }).close();
  expect(statfs.mock.calls).toEqual([[path]]);
  vi.restoreAllMocks();
});
