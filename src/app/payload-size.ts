// `"4mb"` to bytes. Pure.
import { InvalidDefinitionError } from "../core/errors.ts";

const BYTES_BY_UNIT: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

export function payloadBytes(size: number | string): number {
  const read = typeof size === "string" && size.length < 30 ? /^\s*(\d+(?:\.\d+)?)\s*([kmg]?b)\s*$/i.exec(size) : null;
  const bytes =
    typeof size === "number"
      ? size
      : read === null
        ? Number.NaN
        : Number(read[1]) * BYTES_BY_UNIT[read[2]!.toLowerCase()]!;
  if (!(bytes >= 1))
    throw InvalidDefinitionError.for(
      `maxPayload is a number of bytes or a text such as "4mb", not ${JSON.stringify(size)}`,
    );
  return bytes;
}
