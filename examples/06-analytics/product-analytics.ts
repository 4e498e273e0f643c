// What steps come to, as events of a product analytics service of the kind of PostHog: batches of `{ event, distinct_id, properties }`.
import { analytics, type Analytics, type AnalyticsEvent } from "surefoot/analytics";

export function productAnalytics({ url, key }: { readonly url: string; readonly key: string }): Analytics {
  return analytics({
    wait: "200ms",
    only: (event) => event.type === "run" || event.tags.includes("tracked"),
    deliver: async (batch, signal) => {
      const response = await fetch(`${url}/batch/`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ api_key: key, batch: batch.map(captured) }),
        signal,
      });
      if (!response.ok) throw new RangeError(`the analytics service answered ${response.status}`);
    },
  });
}

function captured({ type, at, outcome, duration, context, run, ...rest }: AnalyticsEvent) {
  return {
    event: type === "run" ? `${run.function} ${outcome}` : `${"name" in rest ? rest.name : type} ${outcome}`,
    distinct_id: typeof context["userId"] === "string" ? context["userId"] : "nobody",
    timestamp: at,
    properties: { ...rest, duration, plan: context["plan"], endpoint: context["endpoint"], run: run.id },
  };
}
