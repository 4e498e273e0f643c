/**
 * Makes an error without capturing a stack, for errors whose stack is known already or would only show this library.
 * Capturing one costs microseconds; engines without `stackTraceLimit` simply capture it.
 */
export function stackless<Made extends Error>(make: () => Made): Made {
  const limited = Error as { stackTraceLimit?: number };
  const limit = limited.stackTraceLimit;
  if (limit === undefined) return make();
  limited.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    limited.stackTraceLimit = limit;
  }
}
