// A pooler in transaction mode, as PgBouncer is one: each transaction of a client has whichever connection to the server is free.
//
// It stands for what PgBouncer takes away: names of prepared statements, SET, LISTEN, temporary tables and locks of a session are left on a
// connection that the next transaction does not have. It turns startup parameters down that PgBouncer turns down, tells a client whose
// server is gone what PgBouncer tells it, and gives news to whoever has the connection then, or to nobody. It is harder than PgBouncer:
// the next transaction has another connection wherever one is free. It does not stand for how PgBouncer lets clients in (it takes
// anybody), for settings that it carries over (application_name), its timeouts, COPY, TLS, or statements that it prepares again.
//
// Owns: the connections to the server, its clients, and who has which. Does not own: the server behind it.
// Called by: tests of what the store leaves behind in a session.
//   P1. A lease ends when the server says that it is ready, outside a transaction, and nothing more was asked.
//   P2. Nobody is given a connection that its last client left in the middle of something.
import { createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { errorMessage, messageOf, MessageReader, textsOf } from "./wire-messages.ts";

/** What PgBouncer takes without being told to. */
const KNOWN_PARAMETERS: ReadonlySet<string> = new Set([
  "user",
  "database",
  "client_encoding",
  "DateStyle",
  "TimeZone",
  "standard_conforming_strings",
  "application_name",
]);
/** A connection to the server is replaced then, as `server_lifetime` has it after some time. */
const MOST_LEASES = 200;
const TRY_AGAIN_MS = 20;
const SSL_REQUEST = 80_877_103;
const PROTOCOL_3 = 196_608;
/** What the server answers with its being ready. */
const ASKS: ReadonlySet<string> = new Set(["Q", "S", "F"]);

interface ServerConnection {
  readonly stream: Socket;
  readonly parameters: ReadonlyMap<string, string>;
  holder: PooledClient | undefined;
  leases: number;
  isGone: boolean;
}

interface PooledClient {
  readonly socket: Socket;
  server: ServerConnection | undefined;
  /** The one that it had before. */
  last: ServerConnection | undefined;
  /** Of what it asked: how often the server is still to say that it is ready. */
  unanswered: number;
  /** What it said while it had no connection. */
  waiting: Buffer[];
}

export class TransactionPooler {
  readonly #sockets = new Set<Socket>();
  readonly #listening = createServer({ noDelay: true }, (socket) => this.#greet(socket));
  readonly #url: string;
  readonly #servers: ServerConnection[] = [];
  /** The one that was free for longest comes first. */
  #free: ServerConnection[] = [];
  readonly #queue: PooledClient[] = [];
  #isClosing = false;
  #tellLent = (): void => {};
  /** How often a client had another connection than before. */
  switches = 0;
  /** The startup parameters that clients have sent. */
  readonly parameters = new Set<string>();

  private constructor(url: string) {
    this.#url = url;
  }

  /** Two connections to the server are the fewest that take anything away. */
  static async before(
    url: string,
    { connections = 2 } = {},
  ): Promise<{ readonly pooler: TransactionPooler; readonly url: string }> {
    const pooler = new TransactionPooler(url);
    for (let made = 0; made < connections; made++) await pooler.#connect();
    pooler.#listening.listen(0, "127.0.0.1");
    await once(pooler.#listening, "listening");
    const target = new URL(url);
    target.port = String((pooler.#listening.address() as AddressInfo).port);
    return { pooler, url: target.href };
  }

  /** Until somebody has a connection. */
  untilLent(): Promise<void> {
    return new Promise((lent) => (this.#tellLent = lent));
  }
  /** Cuts a connection to the server: one that somebody has, if there is one. */
  cutServer(): void {
    const server = this.#servers.find(({ holder }) => holder !== undefined) ?? this.#servers[0];
    server?.stream.destroy();
  }
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const socket of this.#sockets) socket.destroy();
    for (const { stream } of this.#servers) stream.destroy();
    this.#listening.close();
    await once(this.#listening, "close");
  }

  /** The driver lets it in; its bytes are the pooler's from there on. */
  async #connect(): Promise<void> {
    const client = new Client({ connectionString: this.#url, application_name: "pooler" });
    const { connection } = client as unknown as {
      readonly connection: {
        readonly stream: Socket;
        on(event: "parameterStatus", listener: (status: Record<string, string>) => void): void;
      };
    };
    const parameters = new Map<string, string>();
    connection.on("parameterStatus", ({ parameterName, parameterValue }) =>
      parameters.set(parameterName!, parameterValue!),
    );
    client.on("error", () => {});
    await client.connect();
    const { stream } = connection;
    const server: ServerConnection = { stream, parameters, holder: undefined, leases: 0, isGone: false };
    const reader = new MessageReader();
    stream.removeAllListeners("data");
    stream.on("data", (chunk: Buffer) => {
      for (const message of reader.read(chunk)) this.#answered(server, message);
    });
    stream.on("close", () => this.#lost(server));
    this.#servers.push(server);
    this.#release(server);
  }

  #greet(socket: Socket): void {
    const client: PooledClient = { socket, server: undefined, last: undefined, unanswered: 0, waiting: [] };
    const reader = new MessageReader({ isFromStart: true });
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => (this.#sockets.delete(socket), this.#left(client)));
    socket.on("data", (chunk: Buffer) => {
      for (const message of reader.read(chunk)) {
        if (message.type === "") this.#start(client, message.bytes);
        else this.#asked(client, message.type, message.bytes);
      }
    });
  }

  #start({ socket }: PooledClient, bytes: Buffer): void {
    const protocol = bytes.readInt32BE(4);
    if (protocol === SSL_REQUEST) return void socket.write("N");
    if (protocol !== PROTOCOL_3) return void socket.destroy();
    const texts = textsOf(bytes.subarray(8));
    const names = texts.filter((_text, place) => place % 2 === 0 && place + 1 < texts.length);
    for (const name of names) this.parameters.add(name);
    const unknown = names.find((name) => !KNOWN_PARAMETERS.has(name));
    if (unknown !== undefined) return void socket.end(errorMessage(`unsupported startup parameter: ${unknown}`));
    const statuses = [...(this.#servers[0]?.parameters ?? [])].map(([name, value]) =>
      messageOf("S", `${name}\0${value}\0`),
    );
    socket.write(
      Buffer.concat([messageOf("R", "\0\0\0\0"), ...statuses, messageOf("K", "\0".repeat(8)), messageOf("Z", "I")]),
    );
  }

  #asked(client: PooledClient, type: string, bytes: Buffer): void {
    if (type === "X") return void client.socket.destroy();
    if (ASKS.has(type)) client.unanswered++;
    if (client.server !== undefined) return void client.server.stream.write(bytes);
    client.waiting.push(bytes);
    if (client.waiting.length === 1) this.#queue.push(client);
    this.#lend();
  }

  #lend(): void {
    while (this.#free.length > 0) {
      const client = this.#queue.shift();
      if (client === undefined) return;
      const place = Math.max(
        0,
        this.#free.findIndex((server) => server !== client.last),
      );
      const [server] = this.#free.splice(place, 1) as [ServerConnection];
      if (client.last !== undefined && client.last !== server) this.switches++;
      server.holder = client;
      client.server = server;
      client.last = server;
      this.#tellLent();
      for (const bytes of client.waiting.splice(0)) server.stream.write(bytes);
    }
  }

  #answered(server: ServerConnection, { type, bytes }: { readonly type: string; readonly bytes: Buffer }): void {
    const client = server.holder;
    if (client === undefined) return; // news for nobody
    client.socket.write(bytes);
    if (type !== "Z") return;
    client.unanswered--;
    if (client.unanswered > 0 || bytes.toString("latin1", 5, 6) !== "I") return;
    client.server = undefined; // P1
    this.#release(server);
  }

  #release(server: ServerConnection): void {
    server.holder = undefined;
    if (++server.leases > MOST_LEASES) return void server.stream.end(messageOf("X", ""));
    this.#free.push(server);
    this.#lend();
  }

  /** P2 */
  #left(client: PooledClient): void {
    const place = this.#queue.indexOf(client);
    if (place >= 0) this.#queue.splice(place, 1);
    client.server?.stream.destroy();
  }

  #lost(server: ServerConnection): void {
    if (server.isGone) return;
    server.isGone = true;
    server.holder?.socket.end(errorMessage("server conn crashed?"));
    this.#free = this.#free.filter((one) => one !== server);
    this.#servers.splice(this.#servers.indexOf(server), 1);
    void this.#replace();
  }

  async #replace(): Promise<void> {
    while (!this.#isClosing) {
      try {
        return await this.#connect();
      } catch {
        await delay(TRY_AGAIN_MS); // the server is away
      }
    }
  }
}
