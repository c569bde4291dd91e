/**
 * Whether an address is one of a push service that we send to: https, and on one of these hosts or below one. Whoever subscribes says where we send,
 * so nothing else is sent to, whatever it looks like. Pure.
 * @param hosts such as `push.apple.com`; with a port where it is another than that of https
 */
export function isPushService(endpoint: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, host, username, password } = new URL(endpoint);
  if (protocol !== "https:" || username !== "" || password !== "") return false;
  return hosts.some((known) => host === known || host.endsWith(`.${known}`));
}
