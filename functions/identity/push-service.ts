/**
 * Whether a URL belongs to an allowed push service: https, and one of these hosts or a subdomain. The subscriber chooses the URL, so all others are
 * refused. Pure. @param hosts such as `push.apple.com`; with a port if it is not the default one of https
 */
export function isPushService(endpoint: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, host, username, password } = new URL(endpoint);
  if (protocol !== "https:" || username !== "" || password !== "") return false;
  return hosts.some((known) => host === known || host.endsWith(`.${known}`));
}
