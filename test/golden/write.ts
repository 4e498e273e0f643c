// `node test/golden/write.ts`: writes this version's golden journals anew. Only before its release: afterwards they are what later versions are held to.
import { CANONICAL_FUNCTIONS } from "../canonical/canonical-functions.ts";
import { keepGolden, thisVersion } from "./golden-files.ts";
import { recordGolden } from "./record-golden.ts";

for (const canonical of CANONICAL_FUNCTIONS) console.log(keepGolden(await recordGolden(canonical, thisVersion())));
