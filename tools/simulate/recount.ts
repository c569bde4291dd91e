import type { Device } from "../robots/device.ts";

/** Recounts the figures of all days of these orders; does nothing without orders. @throws ApiError, NetworkError */
export async function recount({ api }: Device, orders: readonly { day: string }[]): Promise<void> {
  const days = orders.map(({ day }) => day).sort();
  const [from, to] = [days[0], days.at(-1)];
  if (from !== undefined) await api.inStore("POST", "/insights/recount", { body: { from, to } });
}
