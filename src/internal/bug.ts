/** For states that this library's own code rules out. Whoever sees it has found a bug in it. */
export function bug(what: string): never {
  throw new Error(`surefoot: ${what}. This is a bug in surefoot, not in your code: please report it with this stack.`);
}
