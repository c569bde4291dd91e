import type { CatalogPage } from "../../../contracts/catalog.ts";
import type { Notice, NoticeAudience } from "../../../contracts/notice.ts";
import { isActive } from "../../../contracts/order-states.ts";
import type { Screen } from "../screen.ts";
import type { Check } from "./look.ts";

/** Every connected screen shows the state of the documents. */
export const screens: Check = ({ world, played, orders, now }) => {
  const wrong: string[] = [];
  const [queue] = world.documents<{ active: number; version: number }>("orders", played.store, "c.id = 'queue'");
  const notices = world.documents<Notice>("catalog", played.store, "c.kind = 'notice'");
  const said = notices.filter(({ until }) => Date.parse(until) > now);
  const [page] = world.documents<{ page?: CatalogPage }>("catalog", played.store, "c.kind = 'page'");
  for (const { device, kind } of played.screens) {
    const who = `The ${kind} of ${device.phone}`;
    if (!device.signedIn) continue;
    const open = orders.filter(
      (order) =>
        (kind === "bar" || order.customerId === device.me?.customerId) &&
        (isActive(order.state) || order.state === "ready"),
    );
    if (kind !== "display")
      for (const order of open) {
        const shown = device.orders.get(order.id);
        if (shown?.version !== order.version)
          wrong.push(
            `${who} shows order ${order.id} as ${shown?.state} (${shown?.version}); it is ${order.state} (${order.version}).`,
          );
      }
    // An ended order may be missing from a list that was fetched since; if it is listed, its state is right.
    for (const [id, shown] of device.orders) {
      const kept = orders.find((order) => order.id === id);
      if (kept && !open.includes(kept) && shown.version !== kept.version)
        wrong.push(
          `${who} shows order ${id} as ${shown.state} (${shown.version}); it is ${kept.state} (${kept.version}).`,
        );
    }
    // Phones poll their place.
    if (kind !== "phone" && device.queue && queue && device.queue.version > 0 && device.queue.active !== queue.active)
      wrong.push(`${who} shows a queue of ${device.queue.active}; it is ${queue.active}.`);
    for (const { id, version, audience } of said) {
      const shown = device.notices.get(id)?.version;
      if (device.knowsNotices && hears({ device, kind }, audience) && shown !== version)
        wrong.push(`${who} shows version ${shown} of ${id}; it is ${version}.`);
    }
    if (device.page && page?.page && device.page.version !== page.page.version)
      wrong.push(`${who} shows version ${device.page.version} of the menu; it is ${page.page.version}.`);
  }
  return wrong;
};

function hears({ device, kind }: Screen, audience: NoticeAudience): boolean {
  if (typeof audience === "object") return kind === "phone" && audience.customer === device.me?.customerId;
  return kind === "bar" || (kind === "display" && audience === "display");
}
