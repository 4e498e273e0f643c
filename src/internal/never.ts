/** A promise that never settles. A new one each time: whoever waits on a shared one would never be freed. */
export function never(): Promise<never> {
  return new Promise(() => {});
}
