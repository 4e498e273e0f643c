// What happens in this process, on the channels of `node:diagnostics_channel`: for tools that are loaded beside an app.
//
// Owns: the channels. Called by: the audience of every app; idle while nobody has subscribed.
import type { Channel } from "node:diagnostics_channel";
import type { Instrument } from "../core/instrument.ts";
import type { Observer } from "../core/observer.ts";

/** The hook that each channel is told of. */
const CHANNELS = {
  onRunStart: "surefoot:run:start",
  onRunSuspend: "surefoot:run:suspend",
  onRunResume: "surefoot:run:resume",
  onRunPause: "surefoot:run:pause",
  onRunEnd: "surefoot:run:end",
  onStepStart: "surefoot:step:start",
  onStepAttempt: "surefoot:step:attempt",
  onStepEnd: "surefoot:step:end",
  onLog: "surefoot:log",
} as const satisfies { readonly [Hook in keyof Observer]-?: string };

/** One for all apps of the process; undefined where the platform has no channels. */
export function channelObserver(): Instrument | undefined {
  const { channel } = globalThis.process?.getBuiltinModule?.("node:diagnostics_channel") ?? {};
  if (channel === undefined) return undefined;
  const channels = Object.entries(CHANNELS).map(([hook, name]) => [hook, channel(name)] as const);
  const all = channels.map(([, one]) => one);
  return {
    isIdle: () => !all.some(hasSubscribers),
    ...Object.fromEntries(channels.map(([hook, told]) => [hook, publisher(told)])),
  };
}

function hasSubscribers(channel: Channel): boolean {
  return channel.hasSubscribers;
}

/** A subscriber that throws is node's to report: it reaches neither the run nor the other observers. */
function publisher(channel: Channel): (news: unknown) => void {
  return (news) => {
    if (channel.hasSubscribers) channel.publish(news);
  };
}
