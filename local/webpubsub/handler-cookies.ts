/** A cookie with its scope and expiry. */
interface Cookie {
  name: string;
  value: string;
  /** The scheme, host and port that set it; it is sent nowhere else. */
  origin: string;
  path: string;
  /** In ms since the epoch. */
  until: number;
}

/**
 * The cookies that event handlers set for one connection. Its later events send them, so that a load balancer can route
 * them all to the same handler.
 */
export class Cookies {
  #kept: Cookie[] = [];

  /** Stores the cookies of a response. */
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

  /** The cookie header of a request, longest paths first; empty for none. */
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
