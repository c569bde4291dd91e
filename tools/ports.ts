import { listen } from "../local/kernel/http-server.ts";

/** The ports of the services, of a stand whose web apps have this one. */
export const servicePorts = (web: number) => ({
  functions: web + 1,
  webPubSub: web + 2,
  sms: web + 3,
  control: web + 4,
  cosmos: web + 5,
  eventGrid: web + 6,
});

const parts: Record<keyof ReturnType<typeof servicePorts>, string> = {
  functions: "the functions host",
  webPubSub: "Web PubSub",
  sms: "SMS",
  control: "the control page",
  cosmos: "Cosmos DB",
  eventGrid: "Event Grid",
};

/** Takes every port of a stand and lets go of it at once: a start that ends at one that is taken is to end before it has done anything. @throws PortTakenError */
export async function checkPorts(web: number, host: string): Promise<void> {
  const wanted = Object.entries(servicePorts(web)).map(([name, port]) => [parts[name as keyof typeof parts], port]);
  for (const [part, port] of [["the web apps", web], ...wanted] as [string, number][]) {
    const probe = await listen({ part, host, port, handle: () => undefined });
    await probe.close();
  }
}
