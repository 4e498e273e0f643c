// Between a store and its server: cuts connections at the moment that a test asks for.
//
// Owns: its sockets. Does not own: the server behind it.
// Called by: tests of what a lost connection comes to.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";

export class CuttingProxy {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#join(socket));
  readonly #targetPort: number;
  /** Set: the next answer to a statement with this text is not handed on, and its connection is cut. */
  cutsAnswerTo: string | undefined;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
  }

  static async before(url: string): Promise<{ readonly proxy: CuttingProxy; readonly url: string }> {
    const target = new URL(url);
    const proxy = new CuttingProxy(Number(target.port));
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    target.port = String((proxy.#server.address() as AddressInfo).port);
    return { proxy, url: target.href };
  }

  /** Cuts all connections, whatever they are at. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
  async close(): Promise<void> {
    this.cutAll();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket): void {
    const server = connect(this.#targetPort, "127.0.0.1");
    let isToBeCut = false;
    client.on("data", (chunk: Buffer) => {
      if (this.cutsAnswerTo !== undefined && chunk.includes(this.cutsAnswerTo)) {
        this.cutsAnswerTo = undefined;
        isToBeCut = true;
      }
      server.write(chunk);
    });
    server.on("data", (chunk: Buffer) => (isToBeCut ? client.destroy() : client.write(chunk)));
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => (this.#sockets.delete(socket), other.destroy()));
    }
  }
}
