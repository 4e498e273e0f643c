// A step that nobody awaited runs, is waited for, and its failure fails the body that created it.
import { describe, expect, it } from "vitest";
import { ParentEndedError, StepForkedError, TaggedError, UnexpectedError, type StepTools } from "../../src/index.ts";
import { settled } from "../../src/testing/manual-clock.ts";
import { Performance, PLACES, WAYS, play, type Program } from "./stage.ts";

class Jammed extends TaggedError("Jammed")<{ readonly tray: number }> {}

/** Each kind of body, around something that creates a step and does not await it. */
function bodiesAround(float: (step: StepTools) => void): [string, Program][] {
  return [
    ["plain", (step) => (float(step), "done")],
    ["async", async (step) => (float(step), "done")],
    [
      "generator",
      // oxlint-disable-next-line require-yield -- a generator that awaits nothing
      function* (step) {
        float(step);
        return "done";
      },
    ],
    [
      "async generator",
      // oxlint-disable-next-line require-yield -- a generator that awaits nothing
      async function* (step) {
        float(step);
        return "done";
      },
    ],
  ];
}

describe.each(WAYS)("%s", (_way, playIn) => {
  it.each(bodiesAround((step) => void step.run("Float", () => "unseen")))(
    "a %s body: it runs",
    async (_kind, program) => {
      let runs = 0;
      const { end } = await playIn((step, notes) => {
        void step.run("Count", () => void runs++);
        return program(step, notes);
      });
      expect(end).toEqual({ ok: true, value: "done" });
      expect(runs).toBe(1);
    },
  );

  it.each(
    bodiesAround((step) => {
      void step
        .run("Print", () => {
          throw new Jammed({ tray: 2, message: "tray 2" });
        })
        .possibleError(Jammed);
    }),
  )("a %s body: its failure fails the body, unexpected also where the step declared it", async (_kind, program) => {
    const { end } = await playIn(program);
    const { error } = end as { readonly error: UnexpectedError };
    expect(error).toBeInstanceOf(UnexpectedError);
    expect(error.message).toBe("tray 2");
    expect(error.cause).toBeInstanceOf(Jammed);
    expect(error.cause).toMatchObject({ tray: 2 });
  });
});

describe.each(PLACES)("%s", (place) => {
  it("is waited for by the body that created it, and by no other", async () => {
    let release = (): void => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const performance = await Performance.begin(place, async (step, { code }) => {
      await step.run("Composite", (inner) => {
        void inner.run("Float", () => slow);
      });
      code.push("went on");
      return "done";
    });
    await performance.pass(60_000);
    expect(performance.notes.code).toEqual([]);
    release();
    await settled();
    await performance.pass(1_000);
    expect(performance.notes.code).toEqual(["went on"]);
    expect(performance.end).toEqual({ ok: true, value: "done" });
  });

  it("the body's own error goes before that of a step that nobody awaited", async () => {
    const { end } = await play(place, (step) => {
      void step.run("Float", failing("float"));
      throw new Error("body");
    });
    expect(end).toMatchObject({ ok: false, error: { message: "body" } });
  });

  it("the first of several failures is the one that fails the body", async () => {
    const { end } = await play(place, (step) => {
      void step.run("First", failing("first"));
      void step.run("Second", failing("second"));
    });
    expect(end).toMatchObject({ ok: false, error: { message: "first" } });
  });

  it("one that was awaited late is the awaiter's: a failure that was caught is caught", async () => {
    const { end } = await play(place, async (step) => {
      const early = step.run("Early", failing("early"));
      await step.run("Other", () => "other");
      await early.catch(() => "caught");
      return "done";
    });
    expect(end).toEqual({ ok: true, value: "done" });
  });

  it("one with a chain that recovers does not fail the body", async () => {
    const { end } = await play(place, (step) => {
      void step.run("Float", failing("float")).next("recovered");
      return "done";
    });
    expect(end).toEqual({ ok: true, value: "done" });
  });

  it("its retries are waited for, too", async () => {
    const { end, effects } = await play(place, (step, notes) => {
      void step.run({ name: "Float", retries: { retries: 2, initial: "1m", backoff: "fixed", jitter: false } }, () => {
        notes.effects.push("attempt");
        if (notes.effects.length < 3) throw new Error("down");
      });
      return "done";
    });
    expect(end).toEqual({ ok: true, value: "done" });
    expect(effects).toEqual(["attempt", "attempt", "attempt"]);
  });

  it("a sleep that nobody awaited does not keep the body from its end", async () => {
    const performance = await Performance.begin(place, (step) => {
      void step.sleep("30m");
      return "done";
    });
    await performance.pass(1_000);
    expect(performance.end).toEqual({ ok: true, value: "done" });
  });

  it("a handler waits for the steps that it left floating, and their failure replaces the failure", async () => {
    const { end } = await play(place, (step) =>
      step.run("Fail", failing("first")).onError((_error, own) => {
        void own.run("Float", failing("float"));
      }),
    );
    expect(end).toMatchObject({ ok: false, error: { message: "float" } });
  });

  it("a step that is created after its body has ended does not run, and says so", async () => {
    let late: Promise<unknown> | undefined;
    let goOn = (): void => {};
    const later = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const performance = await Performance.begin(place, async (step, { effects }) => {
      await step.run("Inner", (inner) => {
        late = later.then(() => inner.run("Late", () => void effects.push("late")));
        late.catch(() => {});
        return "ended";
      });
      goOn();
      return await step.run("Next", () => "next");
    });
    await performance.toTheEnd();
    expect(performance.end).toEqual({ ok: true, value: "next" });
    expect(performance.notes.effects).toEqual([]);
    await expect(late).rejects.toBeInstanceOf(ParentEndedError);
    await expect(late).rejects.toThrow(/"Late" was not run.*step 1 "Inner"/);
  });
});

describe.each(PLACES)("views of one step, %s", (place) => {
  it("one view may be awaited as often as one likes", async () => {
    const { end, effects } = await play(place, async (step, notes) => {
      const charge = step.run("Charge", () => (notes.effects.push("charged"), 42));
      return [await charge, await charge, await Promise.all([charge, charge])];
    });
    expect(end).toEqual({ ok: true, value: [42, 42, [42, 42]] });
    expect(effects).toEqual(["charged"]);
  });

  it("a second, different view is a StepForkedError, and the step runs once", async () => {
    const { end, effects } = await play(place, async (step, notes) => {
      const charge = step.run("Charge", () => (notes.effects.push("charged"), 42));
      const recovered = charge.next(0);
      const value = await recovered;
      return [value, await charge.then(String, (error: unknown) => error instanceof StepForkedError)];
    });
    expect(end).toEqual({ ok: true, value: [42, true] });
    expect(effects).toEqual(["charged"]);
  });

  it("so it is in a generator, and for a link that comes after the start", async () => {
    const { end } = await play(place, function* (step) {
      const charge = step.run("Charge", () => 42);
      const recovered = charge.next(0);
      yield* recovered;
      const forked: boolean[] = [];
      try {
        yield* charge;
      } catch (error) {
        forked.push(error instanceof StepForkedError);
      }
      try {
        void recovered.onError(() => {});
      } catch (error) {
        forked.push(error instanceof StepForkedError);
      }
      return forked;
    });
    expect(end).toEqual({ ok: true, value: [true, true] });
  });

  it("no type lists that error: a body that lets it through fails as unexpected", async () => {
    const { end } = await play(place, function* (step) {
      const charge = step.run("Charge", () => 42);
      yield* charge.next(0);
      yield* charge;
    });
    const { error } = end as { readonly error: Error };
    expect(error).toBeInstanceOf(UnexpectedError);
    expect(error.cause).toBeInstanceOf(StepForkedError);
  });

  it("a floating step runs with the whole of its chain", async () => {
    const { end, code } = await play(place, (step, notes) => {
      void step
        .run("Float", failing("float"))
        .onError((error) => void notes.code.push(error.message))
        .next();
      return "done";
    });
    expect(end).toEqual({ ok: true, value: "done" });
    expect(code).toEqual(["float"]);
  });
});

function failing(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}
