// What is weighed of surefoot: the programs, how heavy each may get, and which rooms it may carry. Pure.

export interface WeighedProgram {
  readonly title: string;
  readonly code: string;
  /** Bytes of gzip that it has to stay below: a little more than it is. Raised only on purpose, with the reason in the commit. */
  readonly limit: number;
  /** Bytes of gzip that it is to come down to, where that is less than it is. */
  readonly goal?: number;
  /** The rooms of `src` whose modules it may carry, and the packages. */
  readonly rooms: readonly string[];
  /** Without a store it carries nothing that only storing needs. */
  readonly isStored: boolean;
}

const CORE = ["core", "internal"];
const APP = [...CORE, "app", "telemetry"];
const STORED = [...APP, "durable", "stores/shared", "devalue", "croner"];

export const WEIGHED = {
  errors: {
    title: "`TaggedError`, `AbstractError`",
    code: 'import { AbstractError, TaggedError } from "surefoot"; export { AbstractError, TaggedError };',
    limit: 1_300,
    rooms: CORE,
    isStored: false,
  },
  steps: {
    title: "`step`, `TaggedError`, `AbstractError`",
    code: 'import { AbstractError, TaggedError, step } from "surefoot"; export { AbstractError, TaggedError, step };',
    limit: 21_200,
    goal: 8_000,
    rooms: CORE,
    isStored: false,
  },
  app: {
    title: "`createApp` without a store",
    code: 'import { createApp } from "surefoot"; export { createApp };',
    limit: 31_700,
    goal: 12_000,
    rooms: APP,
    isStored: false,
  },
  memory: {
    title: "`createApp` with `memory`",
    code: 'import { createApp } from "surefoot"; import { memory } from "surefoot/memory"; export { createApp, memory };',
    limit: 71_500,
    rooms: [...STORED, "stores/memory"],
    isStored: true,
  },
  sqlite: {
    title: "`createApp` with `sqlite`",
    code: 'import { createApp } from "surefoot"; import { sqlite } from "surefoot/sqlite"; export { createApp, sqlite };',
    limit: 79_800,
    goal: 25_000,
    rooms: [...STORED, "stores/sqlite"],
    isStored: true,
  },
} as const satisfies Readonly<Record<string, WeighedProgram>>;

export type WeighedName = keyof typeof WEIGHED;
export const WEIGHED_NAMES = Object.keys(WEIGHED) as readonly WeighedName[];
