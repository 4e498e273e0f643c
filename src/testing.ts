// The door "surefoot/testing": an app's functions under test.
export { createTestApp } from "./kit/test-app.ts";
export { CrashTestError, StuckRunError } from "./kit/kit-errors.ts";
export type { MockOf, StepMock } from "./kit/mock-types.ts";
export type { CrashInput, CrashPlay, SentRun, TestApp, TestAppOptions, TestedStep } from "./kit/test-app-types.ts";
