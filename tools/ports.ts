import { listen } from "../local/kernel/http-server.ts";

/** The ports of the services of a stand, by the port of its web apps. */
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

/** Opens and closes every port of a stand, so that a start with a taken port fails before it has done anything. @throws PortTakenError */
export async function checkPorts(web: number, host: string): Promise<void> {
  const wanted = Object.entries(servicePorts(web)).map(([name, port]) => [parts[name as keyof typeof parts], port]);
  for (const [part, port] of [["the web apps", web], ...wanted] as [string, number][]) {
    const probe = await listen({ part, host, port, handle: () => undefined });
    await probe.close();
  }
}
