/**
 * A text in which https URLs of these hosts, and of no others, are changed to http.
 * @param hosts with their ports: `127.0.0.1:7075`
 */
export function byHttp(text: string, hosts: readonly string[]): string {
  if (hosts.length === 0) return text;
  const any = hosts.map((host) => host.replace(/[.[\]]/g, "\\$&")).join("|");
  // No digit may follow, or a longer port would match.
  return text.replace(new RegExp(`\\bhttps://(?=(?:${any})(?!\\d))`, "gi"), "http://");
}
