import { isIPv4, isIPv6 } from "node:net";

/** A network that a request is counted for. */
export interface Network {
  name: string;
  /** Whether many others may share it, such as a provider's customers. Then the limit is higher. */
  wide: boolean;
}

/**
 * The networks that a request comes from, narrowest first.
 * Azure's front end appends the address that it saw to `x-forwarded-for`. Everything before that came with the request and may be forged.
 * With IPv6 a household or phone has a whole /64, and anybody can get a /48, which contains 65,536 networks of /64. So both are counted.
 */
export function clientNetworks(headers: { get(name: string): string | null }): [Network, ...Network[]] {
  const last = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  const address = withoutPort(last);
  if (isIPv4(address)) return [{ name: address, wide: false }];
  if (!isIPv6(address)) return [{ name: "unknown", wide: false }];
  const groups = groupsOf(address);
  const [sixth = 0, seventh = 0, eighth = 0] = groups.slice(5);
  if (sixth === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    const mapped = [seventh >> 8, seventh & 255, eighth >> 8, eighth & 255].join(".");
    return [{ name: mapped, wide: false }];
  }
  const prefix = (bits: number) =>
    `${groups
      .slice(0, bits / 16)
      .map((group) => group.toString(16))
      .join(":")}::/${bits}`;
  return [
    { name: prefix(64), wide: false },
    { name: prefix(48), wide: true },
  ];
}

/** The widest of a caller's networks, for limits on what one caller may take. */
export function widest(networks: [Network, ...Network[]]): string {
  return (networks.at(-1) ?? networks[0]).name;
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
}

/** The eight groups of a valid IPv6 address in any of its notations. */
function groupsOf(address: string): number[] {
  const plain = address.replace(/%.*$/, "").replace(/\d+\.\d+\.\d+\.\d+$/, (dotted) => {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.split(".").map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = "", tail] = plain.split("::");
  const numbers = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [left, right] = [numbers(head), numbers(tail ?? "")];
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}
