/**
 * A text with addresses of https made such of http, where they lead to one of these hosts and no other.
 * @param hosts with their ports: `127.0.0.1:7075`
 */
export function byHttp(text: string, hosts: readonly string[]): string {
  if (hosts.length === 0) return text;
  const any = hosts.map((host) => host.replace(/[.[\]]/g, "\\$&")).join("|");
  // A port has no further digit.
  return text.replace(new RegExp(`\\bhttps://(?=(?:${any})(?!\\d))`, "gi"), "http://");
}
