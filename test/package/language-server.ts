// TypeScript 7's language server, asked for hovers as an editor asks it.
//
// Owns: one server process and the questions that wait for its answers. Does not own: the files it reads.
// Called by: hovers.test.ts
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { COMPILERS } from "../../scripts/compile-project.ts";
import { REPOSITORY } from "../../scripts/packed-package.ts";
import type { Place } from "./variables.ts";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly items?: readonly unknown[] };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export class LanguageServer {
  readonly #folder: string;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #received = Buffer.alloc(0);
  #lastId = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    const tsc = join(REPOSITORY, "node_modules", COMPILERS["7.0"]);
    this.#process = spawn(process.execPath, [tsc, "--lsp", "--stdio"], { cwd: folder });
    this.#process.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  /** Starts a server for the project in a folder. */
  static async start(folder: string): Promise<LanguageServer> {
    const server = new LanguageServer(folder);
    const hover = { contentFormat: ["plaintext", "markdown"] };
    await server.#ask("initialize", {
      processId: process.pid,
      rootUri: pathToFileURL(folder).href,
      capabilities: { textDocument: { hover } },
    });
    server.#send({ method: "initialized", params: {} });
    return server;
  }

  open(file: string): void {
    const path = join(this.#folder, file);
    const textDocument = { languageId: "typescript", version: 1, text: readFileSync(path, "utf8") };
    this.#send({
      method: "textDocument/didOpen",
      params: { textDocument: { ...textDocument, uri: pathToFileURL(path).href } },
    });
  }

  /** What an editor shows there, as it is sent. */
  async hover(file: string, { line, character }: Place): Promise<string> {
    const uri = pathToFileURL(join(this.#folder, file)).href;
    const answer = await this.#ask("textDocument/hover", { textDocument: { uri }, position: { line, character } });
    return (answer as { readonly contents: { readonly value: string } } | null)?.contents.value ?? "";
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, "exit");
    await this.#ask("shutdown");
    this.#send({ method: "exit" });
    this.#process.stdin.end();
    await ended;
  }

  #ask(method: string, params?: object): Promise<unknown> {
    const id = ++this.#lastId;
    this.#send({ id, method, ...(params === undefined ? {} : { params }) });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const headEnd = this.#received.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.toString("latin1", 0, headEnd))?.[1]);
      if (headEnd === -1 || this.#received.length < headEnd + 4 + length) return;
      const body = this.#received.toString("utf8", headEnd + 4, headEnd + 4 + length);
      this.#received = this.#received.subarray(headEnd + 4 + length);
      this.#take(JSON.parse(body) as Message);
    }
  }

  #take(message: Message): void {
    if (message.id === undefined) return;
    if (message.method === undefined) {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
      return;
    }
    // The server asks for settings and for watchers: it gets the defaults, and none.
    const items = message.params?.items;
    this.#send({ id: message.id, result: items === undefined ? null : items.map(() => null) });
  }
}
