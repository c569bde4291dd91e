import type { Draw } from "./draw.ts";
import { texts } from "./hostile.ts";
import type { Sent } from "./sent.ts";

/** The same request as bytes that no library would write: with a head that is wrong, truncated, duplicated, or ambiguous. */
export function asRaw({ method, path, headers, body = "" }: Sent, host: string, draw: Draw): string {
  const text = String(body);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = (first: string, more: readonly string[]) =>
    `${[first, `host: ${host}`, ...lines, ...more].join("\r\n")}\r\n\r\n`;
  const first = `${method} ${path} HTTP/1.1`;
  const length = `content-length: ${Buffer.byteLength(text)}`;
  const whole = head(first, [length, "connection: close"]) + text;
  return draw.one<() => string>([
    () => whole.slice(0, draw.below(whole.length)),
    () => head(first, [`content-length: ${text.length + 50}`]) + text,
    () => head(first, [length, "content-length: 3"]) + text,
    () => head(first, [length, "transfer-encoding: chunked"]) + text,
    () => `${head(first, ["transfer-encoding: chunked"])}zz\r\n${text}\r\n0\r\n\r\n`,
    () => `${head(first, ["transfer-encoding: chunked"])}${text.length.toString(16)}\r\n${text}\r\n`,
    () => head(first, [`x-long: ${"a".repeat(20_000)}`]),
    () =>
      head(
        first,
        Array.from({ length: 3_000 }, (_, n) => `x-${n}: ${n}`),
      ),
    () => head(`${method} ${path}${"a".repeat(20_000)} HTTP/1.1`, ["connection: close"]),
    () => head(`${draw.one(texts)} ${path} HTTP/1.1`, ["connection: close"]),
    () => head(`${method} ${draw.one(texts)} HTTP/1.1`, ["connection: close"]),
    () => head(`${method} http://evil.example${path} HTTP/1.1`, ["connection: close"]),
    () => head(`${method} ${path} HTTP/9.9`, []),
    () => head(first, ["upgrade: websocket", "connection: Upgrade"]),
    () => head(first, ["upgrade: h2c", "connection: Upgrade, HTTP2-Settings", "http2-settings: AAMAAABk"]),
    () => head(first, ["expect: 100-continue", length]) + text,
    () => `${first}\r\nhost: evil.example\r\nconnection: close\r\n\r\n`,
    () => `${first}\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n`,
    () => `${first}\r\nconnection: close\r\n\r\n`,
    () => `${first}\nhost: ${host}\nconnection: close\n\n`,
    () => String.fromCharCode(...Array.from({ length: 200 }, () => draw.below(256))),
    () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    () => `\u0016\u0003\u0001\u0002\u0000${"\u0001".repeat(100)}`,
  ])();
}
