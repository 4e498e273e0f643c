// Between a store and its server: cuts connections at the moment that a test asks for.
//
// Owns: its sockets. Does not own: the server behind it.
// Called by: tests of what a lost connection comes to.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";

/** `unsent`: before the statement is handed on. `underWay`: right behind it. `answered`: when the server has carried it out. */
export type Moment = "unsent" | "underWay" | "answered";

/** The next statement with this text is to lose its connection. */
interface Cut {
  readonly text: string;
  readonly moment: Moment;
  readonly tell: () => void;
}

export class CuttingProxy {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#join(socket));
  readonly #targetPort: number;
  #cut: Cut | undefined;

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

  /** The next answer to a statement with this text is not handed on, and its connection is cut. */
  set cutsAnswerTo(text: string) {
    void this.cutNext(text, "answered");
  }
  /** The next statement with this text loses its connection. Settles when it has; an earlier wish that had none until then is dropped. */
  cutNext(text: string, moment: Moment): Promise<void> {
    return new Promise((tell) => (this.#cut = { text, moment, tell }));
  }
  /** Nothing is to be cut any more. */
  spare(): void {
    this.#cut = undefined;
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
    let cut: Cut | undefined;
    const sever = ({ tell }: Cut): void => {
      client.destroy();
      tell();
    };
    client.on("data", (chunk: Buffer) => {
      if (cut === undefined && this.#cut !== undefined && chunk.includes(this.#cut.text)) {
        cut = this.#cut;
        this.#cut = undefined;
      }
      if (cut?.moment !== "unsent") server.write(chunk);
      if (cut !== undefined && cut.moment !== "answered") sever(cut);
    });
    server.on("data", (chunk: Buffer) => (cut === undefined ? client.write(chunk) : sever(cut)));
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
