import { lookup } from "node:dns/promises";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";

/**
 * Why phones may not reach this machine under the name or address, as text; nothing if there is no doubt. A doubt is no reason to refuse: a router, a
 * container's host or the network's own names may still lead here.
 */
export async function hostDoubt(
  host: string,
  find: (name: string) => Promise<unknown> = (name) => lookup(name),
  interfaces = networkInterfaces(),
): Promise<string | undefined> {
  if (isIPv4(host)) {
    const own = Object.values(interfaces).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []);
    return own.includes(host)
      ? undefined
      : `${host} is no address of this machine; its own are ${own.filter(isIPv4).join(", ")}.`;
  }
  try {
    await find(host);
    return undefined;
  } catch {
    return `This machine knows nobody of the name ${host}. --host without a name takes its address.`;
  }
}
