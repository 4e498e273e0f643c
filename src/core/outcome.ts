// What a step ends with: one union, used by every port.

/** How a step ended, after its whole chain. A recovered step keeps the error that it recovered from. */
export type Outcome =
  | { readonly status: "completed"; readonly value: unknown }
  | { readonly status: "recovered"; readonly value: unknown; readonly error: unknown }
  | { readonly status: "failed"; readonly error: unknown }
  | { readonly status: "cancelled" };

/** How a step ended for the code that waits for it. */
export interface CodeEnd {
  readonly how: "next" | "throw";
  readonly value: unknown;
}

/** Where a step is in its life. */
export type StepStatus =
  | "running"
  | "sleeping"
  | "waiting"
  | "retrying"
  | "completed"
  | "recovered"
  | "failed"
  | "cancelled";
