import { BlockList, isIP, type Socket } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/**
 * The names of a server that requests may use: `localhost`, every loopback address, and the given ones. A web page whose own name points to this
 * machine (DNS rebinding) uses that name, and is refused for it.
 */
export class OwnNames {
  readonly #names: ReadonlySet<string>;

  /** @param names further names or addresses, without a port; an IPv6 address with or without its brackets. */
  constructor(names: readonly string[] = []) {
    this.#names = new Set(["localhost", ...names.map((name) => bare(name.toLowerCase()))]);
  }

  /** Whether `authority`, a name or address with or without a port as in a `Host` header, is this server. */
  has(authority: string): boolean {
    const parts = split(authority);
    return parts !== undefined && this.#isOwn(parts.name);
  }

  /**
   * Whether `origin`, as sent by browsers, is a page of this server: one of its names at `port`, or exactly the requested address (`authority`),
   * since a port may be forwarded.
   */
  hasOrigin(origin: string, port: number | undefined, authority: string): boolean {
    const [, after] = /^http:\/\/(.+)$/.exec(origin) ?? [];
    const page = after === undefined ? undefined : split(after);
    if (page === undefined || !this.#isOwn(page.name)) return false;
    return (page.port ?? 80) === port || after?.toLowerCase() === authority.toLowerCase();
  }

  /** The names as text for messages. */
  toString(): string {
    const [, ...given] = this.#names;
    return ["localhost", "loopback addresses", ...given].join(", ").replace(/, ([^,]*)$/, " and $1");
  }

  #isOwn(name: string): boolean {
    if (this.#names.has(name)) return true;
    const family = isIP(name);
    return family !== 0 && loopback.check(name, family === 4 ? "ipv4" : "ipv6");
  }
}

const bare = (name: string) => name.replace(/^\[(.*)\]$/, "$1");

/** Name (lower case, without brackets) and port; `undefined` for an invalid authority, such as one with a user or two ports. */
function split(authority: string): { name: string; port: number | undefined } | undefined {
  const [, name, port] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(authority) ?? [];
  if (name === undefined || Number(port ?? 0) > 65_535) return undefined;
  return { name: bare(name.toLowerCase()), port: port === undefined ? undefined : Number(port) };
}

/** Whether the other end of a connection is on this machine: a loopback address, or the same address as this end. */
export function isThisMachine({ remoteAddress, localAddress }: Socket): boolean {
  if (remoteAddress === undefined) return false;
  if (remoteAddress === localAddress) return true;
  const family = isIP(remoteAddress);
  return family !== 0 && loopback.check(remoteAddress, family === 4 ? "ipv4" : "ipv6");
}
