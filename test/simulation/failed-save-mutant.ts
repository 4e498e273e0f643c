// A fault of many places: a save that fails counts as a failure of the step, whose body is entered again.
import type { Mutant } from "./mutant.ts";

const ENGINE = "durable/durable-engine.ts";
const COMMITS = "durable/group-commit.ts";

export const FAILED_SAVE: Mutant = {
  name: "a failed save is a failed step",
  rule: "H6",
  edits: [
    {
      file: COMMITS,
      find: "      return { cause };",
      replace:
        '      for (const one of batch) this.#answer(one, "failed" as never);\n      return cause === undefined ? undefined : undefined;',
    },
    {
      file: ENGINE,
      find: "    for (const record of records) this.#history.add(record);\n    this.#savesOnTheWay++;",
      replace: "    this.#savesOnTheWay++;",
    },
    {
      file: ENGINE,
      find: '    if (result !== "kept") this.#keeper.onLost();',
      replace:
        '    if ((result as string) === "failed") throw new RangeError("the save failed");\n    if (result !== "kept") this.#keeper.onLost();',
    },
    {
      file: ENGINE,
      find: "      if (!this.#isSaved(await this.#keeper.save(records, null))) return never();\n    }",
      replace:
        "      if (!this.#isSaved(await this.#keeper.save(records, null))) return never();\n      for (const one of records) this.#history.add(one);\n    }",
    },
    {
      file: ENGINE,
      find: "    if (!this.#isSaved(await this.#keeper.save(records, null))) return never();\n  }",
      replace:
        "    if (!this.#isSaved(await this.#keeper.save(records, null))) return never();\n    for (const one of records) this.#history.add(one);\n  }",
    },
    {
      file: "core/carry-out.ts",
      find: "  return recorded(carrier, node, outcomeOf(carrier, node, recalled));",
      replace:
        '  return recorded(carrier, node, await outcomeOf(carrier, node, recalled)).catch(async (thrown: unknown) => {\n    if ((thrown as Error).message !== "the save failed") throw thrown;\n    return recorded(carrier, node, await outcomeOf(carrier, node, undefined));\n  });',
    },
  ],
  seed: 2,
};
