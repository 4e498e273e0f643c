// The door "surefoot": apps, functions, steps and their errors.
export { createApp } from "./app/create-app.ts";
export { eventType } from "./core/event.ts";
export { step } from "./core/step.ts";
export { AbstractError, DuplicateTagError, TaggedError, TaggedErrorMisuse, statusOf } from "./core/tagged-error.ts";
export {
  CancelledError,
  EventConflictError,
  EventRefusedError,
  InvalidDefinitionError,
  InvalidDurationError,
  InvalidRetryPolicyError,
  InvalidStepError,
  InvalidTimeError,
  InvalidYieldError,
  NoStoreError,
  NonRetriableError,
  ParentEndedError,
  PayloadTooLargeError,
  ReplayMismatchError,
  RunNotFoundError,
  RetryAfterError,
  StepForkedError,
  StepInterruptedError,
  StepNotFoundError,
  StepTimeoutError,
  StoreClosedError,
  StoreOpenError,
  StoreThreadError,
  StoreTimeoutError,
  StoreUnavailableError,
  StoreVersionError,
  UnexpectedError,
  UnstorableValueError,
  UnsupportedPostgresError,
  UnsupportedSqliteError,
} from "./core/errors.ts";
export { consoleStory } from "./telemetry/console-story.ts";

export type {
  App,
  AppFunction,
  AppOptions,
  CronTrigger,
  FunctionLinks,
  HandledFunction,
  HandlerInput,
  Run,
  RunInput,
  SentEvent,
  Trigger,
  Triggers,
} from "./app/app-types.ts";
export type { AppStore } from "./core/backend.ts";
export type { BusinessContext, ContextInputOf, ContextOf } from "./core/context.ts";
export type {
  AwaitedEvent,
  EventToSend,
  FailureOfFunction,
  InvokableFunction,
  InvokeOptions,
  PartOf,
  ValueOfFunction,
  WaitForEventOptions,
  WaitForSignalOptions,
} from "./core/awaiting-types.ts";
export type { Duration, Instant } from "./core/duration.ts";
export type { AnyEventType, CronData, EventType, EventTypeOptions, ReceivedEvent } from "./core/event.ts";
export type { FailureInput, FunctionOptions, RunTimeouts } from "./core/function.ts";
export type { CancelTrigger } from "./core/cancel-on.ts";
export type { LogLevel, StepLog } from "./core/log.ts";
export type {
  Instrument,
  ObservedApp,
  ObservedEntry,
  ObservedSending,
  ObservedSlice,
  TraceCarrier,
} from "./core/instrument.ts";
export type {
  ObservedAttempt,
  ObservedLog,
  ObservedRun,
  ObservedRunEnd,
  ObservedRunPause,
  ObservedRunResume,
  ObservedRunSuspension,
  ObservedStep,
  ObservedStepEnd,
  Observer,
} from "./core/observer.ts";
export type { StepStatus } from "./core/outcome.ts";
export type { RetryPolicy } from "./core/retry.ts";
export type {
  RunDetails,
  RunFilter,
  RunPage,
  RunStatus,
  RunSummary,
  StepDetails,
  TakeoverDetails,
} from "./core/run-details.ts";
export type { StandardSchema } from "./core/standard-schema.ts";
export type {
  AbstractErrorClass,
  ErrorClass,
  FailureOf,
  NoSuchFailure,
  NoSuchOption,
  NotAFailureOf,
  NotListed,
  Raises,
  ValueOf,
} from "./core/step-algebra.ts";
export type { Result } from "./core/step-arguments.ts";
export type { MapOptions, Signal, StepOptions } from "./core/step-options.ts";
export type { StepPlace } from "./core/step-place.ts";
export type { StepKind } from "./core/step-plan.ts";
export type {
  Branch,
  Branches,
  CheckedHandledStep,
  CheckedStep,
  CheckedStepTools,
  ErrorHandlers,
  HandledStep,
  Step,
  StepChain,
  StepLinks,
  StepTools,
  StepToolsIn,
} from "./core/step-types.ts";
export type { AbstractErrorBase, TaggedErrorClass, TaggedErrorOptions, YieldableError } from "./core/tagged-error.ts";
export type { ConsoleStoryOptions } from "./telemetry/console-story.ts";
