// The clock that all processes of a machine share and that nobody sets: what happened in several of them is put in order by it. The
// wall may be set back in the middle of a campaign, and then a cause seems to come after what it caused.

/** Milliseconds since some moment before the machine began. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Of a moment that was told by the wall, as the wall stands now. */
export function machineMsOf(wallMs: number): number {
  return wallMs - Date.now() + machineMs();
}
