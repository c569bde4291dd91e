/** One cookie, with what decides whether it is sent. */
interface Cookie {
  name: string;
  value: string;
  /** Scheme, host and port that set it: no other gets it. */
  origin: string;
  path: string;
  /** In ms since the epoch. */
  until: number;
}

/**
 * Cookies that event handlers set for one connection, and that its later events bring along: so that a balancer before several handlers sends
 * them all to the same.
 */
export class Cookies {
  #kept: Cookie[] = [];

  /** Keeps what an answer sets. */
  take(url: URL, headers: readonly string[], now: number): void {
    for (const header of headers) {
      const cookie = read(url, header, now);
      if (cookie === undefined) continue;
      const same = ({ name, origin, path }: Cookie) =>
        name === cookie.name && origin === cookie.origin && path === cookie.path;
      this.#kept = this.#kept.filter((other) => !same(other));
      if (cookie.until > now) this.#kept.push(cookie);
    }
  }

  /** The header for a request, the longest paths first; empty for none. */
  for(url: URL, now: number): string {
    return this.#kept
      .filter(({ origin, path, until }) => origin === url.origin && until > now && covers(path, url.pathname))
      .toSorted((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }
}

const covers = (path: string, asked: string) =>
  asked === path || (asked.startsWith(path) && (path.endsWith("/") || asked[path.length] === "/"));

function read(url: URL, header: string, now: number): Cookie | undefined {
  const [pair = "", ...rest] = header.split(";");
  const at = pair.indexOf("=");
  if (at < 1) return undefined;
  const attributes = new Map(
    rest.map((attribute) => {
      const [name = "", ...value] = attribute.split("=");
      return [name.trim().toLowerCase(), value.join("=").trim()];
    }),
  );
  const path = attributes.get("path") ?? "";
  const age = attributes.get("max-age") ?? "";
  const expires = Date.parse(attributes.get("expires") ?? "");
  return {
    name: pair.slice(0, at).trim(),
    value: pair.slice(at + 1).trim(),
    origin: url.origin,
    path: path.startsWith("/") ? path : url.pathname.replace(/\/[^/]*$/, "") || "/",
    until: /^-?\d+$/.test(age) ? now + Number(age) * 1000 : Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires,
  };
}
