import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import rhea, { type EventContext, type Sender } from "rhea";

/** What came in, as a consumer would read it. */
export interface Heard {
  hub: string;
  properties: Record<string, unknown>;
  contentType: string | undefined;
  partitionKey: unknown;
  messageId: unknown;
  body: string;
}

/** What a message holds: a section of data, or several. */
const sectionsOf = (message: object): Buffer[] =>
  [(message as { body: { content: Buffer | Buffer[] } }).body.content].flat();

/**
 * An AMQP 1.0 endpoint that takes what a producer of Event Hubs sends, in place of a namespace or its emulator, of which it has nothing else: it gives
 * everybody every right at `$cbs`, and there is every event hub.
 */
export async function startEventHub(port = 0) {
  const heard: Heard[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  const container = rhea.create_container({ autoaccept: false, receiver_options: { max_message_size: 1024 * 1024 } });
  container.sasl_server_mechanisms.enable_anonymous();
  container.on("sender_open", ({ sender }: EventContext) => sender?.set_source({ address: sender.source.address }));
  container.on("receiver_open", ({ receiver }: EventContext) => {
    receiver?.set_target({ address: receiver.target.address });
  });
  container.on("message", ({ message, delivery, receiver, connection }: EventContext) => {
    delivery?.accept();
    const hub = String(receiver?.target.address);
    if (hub === "$cbs") {
      const answer = { "status-code": 202, "status-description": "Accepted" };
      connection
        .find_sender(({ source }: Sender) => source.address === "$cbs")
        ?.send({ correlation_id: String(message?.message_id), application_properties: answer, body: "" });
      return;
    }
    // Several events in one message, each encoded in a section of data: what the library calls a message is its bytes then.
    const batch = rhea.message.decode(message as unknown as Buffer);
    for (const section of sectionsOf(batch)) {
      const event = rhea.message.decode(section);
      heard.push({
        ...{ hub, properties: event.application_properties ?? {} },
        ...{ contentType: event.content_type, messageId: event.message_id },
        partitionKey: batch.message_annotations?.["x-opt-partition-key"],
        body: Buffer.concat(sectionsOf(event)).toString(),
      });
    }
    for (const { count, resolve } of waiting) if (heard.length >= count) resolve();
    waiting = waiting.filter(({ count }) => heard.length < count);
  });
  const server: Server = container.listen({ host: "127.0.0.1", port });
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    connectionString: `Endpoint=sb://127.0.0.1:${address.port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`,
    heard,
    /** Resolves once so many events have come. */
    until: async (count: number) => {
      if (heard.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
    },
    /** Is not there any more, without a word. */
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
