// Messages of Postgres's protocol, as far as what stands between a client and its server needs them.
//
// Owns: what has arrived of a message that is not whole yet. Does not own: what is done with them.
// Called by: transaction-pooler.

export interface WireMessage {
  /** A letter; none of the first message of a client. */
  readonly type: string;
  /** All of it. */
  readonly bytes: Buffer;
}

export class MessageReader {
  /** Whether messages without a letter may still come: a client's, until it has started. */
  #isStarting: boolean;
  #bytes: Buffer = Buffer.alloc(0);

  constructor({ isFromStart = false } = {}) {
    this.#isStarting = isFromStart;
  }

  /** The messages that are whole now. */
  read(chunk: Buffer): WireMessage[] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const messages: WireMessage[] = [];
    for (;;) {
      const letters = this.#isStarting ? 0 : 1;
      if (this.#bytes.length < letters + 4) return messages;
      const length = letters + this.#bytes.readInt32BE(letters);
      if (this.#bytes.length < length) return messages;
      const bytes = this.#bytes.subarray(0, length);
      this.#bytes = this.#bytes.subarray(length);
      messages.push({ type: bytes.toString("latin1", 0, letters), bytes });
      if (this.#isStarting && bytes.readInt32BE(4) >> 16 === 3) this.#isStarting = false;
    }
  }
}

export function messageOf(type: string, text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(5);
  head.write(type, 0, "latin1");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** An end of the connection, as PgBouncer tells of one. */
export function errorMessage(text: string): Buffer {
  return messageOf("E", `SFATAL\0C08P01\0M${text}\0\0`);
}

/** Texts that end in NUL each. */
export function textsOf(bytes: Buffer): string[] {
  return bytes.toString().split("\0").slice(0, -1);
}
