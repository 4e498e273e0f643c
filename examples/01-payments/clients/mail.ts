// The mail server, as the function sees it.
import { createTransport } from "nodemailer";

const transport = createTransport({ host: "127.0.0.1", port: Number(process.env["SMTP_PORT"]), ignoreTLS: true });

export const mail = {
  async send({ to, subject }: { readonly to: string; readonly subject: string }): Promise<string> {
    const sent = await transport.sendMail({ from: "billing@example.com", to, subject, text: "Thank you." });
    return sent.messageId;
  },
};
