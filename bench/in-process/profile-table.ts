// What a CPU profile says, function by function: how long each was itself on the stack. Pure.

/** A `.cpuprofile`, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  /** The node that was on top at each sample. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly name: string;
  /** `dist/core/step-tree.js:120`, from 1; `""` for what is no code. */
  readonly place: string;
  readonly selfMs: number;
  /** Of all that was sampled. */
  readonly share: number;
}

/** Functions, most time first. One function is one line, however it was called. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile, root: string): readonly SelfTime[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, { name: string; place: string; us: number }>();
  let totalUs = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = frames.get(id)!;
    const us = timeDeltas[index] ?? 0;
    const name = functionName === "" ? "(anonymous)" : functionName;
    const place = url === "" ? "" : `${placeIn(url, root)}:${lineNumber + 1}`;
    const known = times.get(`${name} ${place}`) ?? { name, place, us: 0 };
    times.set(`${name} ${place}`, { ...known, us: known.us + us });
    totalUs += us;
  }
  return [...times.values()]
    .map(({ name, place, us }) => ({ name, place, selfMs: us / 1000, share: us / totalUs }))
    .toSorted((left, right) => right.selfMs - left.selfMs);
}

/** The same by file: of a package, the package. */
export function selfTimesByFile(times: readonly SelfTime[]): readonly SelfTime[] {
  const byFile = new Map<string, SelfTime>();
  for (const { name, place, selfMs, share } of times) {
    const file = place === "" ? name : (/^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(place)?.[1] ?? place);
    const key = file.replace(/:\d+$/, "");
    const known = byFile.get(key);
    byFile.set(key, {
      name: key,
      place: "",
      selfMs: (known?.selfMs ?? 0) + selfMs,
      share: (known?.share ?? 0) + share,
    });
  }
  return [...byFile.values()].toSorted((left, right) => right.selfMs - left.selfMs);
}

/** For the terminal. */
export function selfTimeTable(times: readonly SelfTime[], most: number): string {
  return times
    .slice(0, most)
    .map(({ name, place, selfMs, share }) =>
      `${(share * 100).toFixed(1).padStart(5)} %  ${selfMs.toFixed(0).padStart(6)} ms  ${name.padEnd(36)} ${place}`.trimEnd(),
    )
    .join("\n");
}

function placeIn(url: string, root: string): string {
  const path = url.replace(/^file:\/\//, "");
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}
