// Which file systems share their files between machines. SQLite's WAL is for the processes of one. Pure.

/** By the numbers that Linux has for them (`statfs`). What may be local as well, as 9p and FUSE may, is not among them. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xff534d42, "SMB"],
  [0xfe534d42, "SMB"],
  [0x517b, "SMB"],
  [0x00c36400, "Ceph"],
  [0x5346414f, "AFS"],
  [0x0bd00bd0, "Lustre"],
]);

export function networkFileSystem(type: number): string | undefined {
  return NAMES.get(type >>> 0); // signed on some machines
}

export function networkWarning(path: string, name: string): string {
  return `the store "${path}" is on a network file system (${name}). SQLite keeps its promises there only while a single machine uses the file, and not with every server: put it on a local disk`;
}
