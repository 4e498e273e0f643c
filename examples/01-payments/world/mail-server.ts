// A real SMTP server: it keeps count of what it accepts, and bounces the mailboxes that do not exist.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { finished } from "node:stream/promises";
import { SMTPServer, type SMTPServerSession } from "smtp-server";

export interface MailServerOptions {
  readonly bounces: ReadonlySet<string>;
  /** Called with each mail that was accepted. The sender hears of it when this returns. */
  readonly onMail: (to: string) => Promise<void>;
}

export class MailServer {
  /** The recipient of each mail that was accepted. */
  readonly accepted: string[] = [];
  readonly #options: MailServerOptions;
  readonly #server: SMTPServer;

  constructor(options: MailServerOptions) {
    this.#options = options;
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS", "AUTH"],
      disableReverseLookup: true,
      closeTimeout: 100,
      onRcptTo: ({ address }, _session, answer) => answer(options.bounces.has(address) ? noSuchMailbox() : null),
      onData: (stream, session, answer) => {
        stream.resume();
        void finished(stream)
          .then(() => this.#accept(session))
          .then(() => answer(), answer);
      },
    });
    this.#server.on("error", () => {}); // a sender that was killed in the middle of a mail
  }

  /** The port that it listens on. */
  async start(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server.server, "listening");
    return (this.#server.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #accept({ envelope }: SMTPServerSession): Promise<void> {
    for (const { address } of envelope.rcptTo) {
      this.accepted.push(address);
      await this.#options.onMail(address);
    }
  }
}

function noSuchMailbox(): Error {
  return Object.assign(new Error("5.1.1 no such mailbox"), { responseCode: 550 });
}
