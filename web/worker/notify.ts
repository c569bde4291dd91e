declare const self: ServiceWorkerGlobalScope;

/** The data of our push messages, as created by `functions/identity/tell-customer.ts`. */
interface Told {
  kind: "ready" | "called" | "recalled";
  order: string;
  store: string;
  version: number;
  title: string;
  body: string;
  lang: string;
  dir: "ltr" | "rtl";
}

/**
 * Shows a push message, in place of the previous notification about the same order. Each message shows a notification, even while the page is
 * visible: browsers revoke the permission of sites that do not.
 */
export async function show(data: PushMessageData | null): Promise<void> {
  const told = read(data);
  if (told === undefined) return self.registration.showNotification("Crema", { tag: "crema", icon, badge });
  const { kind, order, store, version, title, body, lang, dir } = told;
  const [shown] = await self.registration.getNotifications({ tag: order });
  const before = (shown?.data as { version?: number } | undefined)?.version ?? 0;
  // A duplicate, or an older message that took longer: the shown notification is right.
  if (shown !== undefined && before >= version) return;
  const calls = kind !== "recalled";
  await self.registration.showNotification(title, {
    body,
    lang,
    dir,
    tag: order,
    icon,
    badge,
    data: { order, store, version },
    requireInteraction: calls,
    silent: !calls,
    ...(calls && { renotify: true, vibrate: [200, 100, 200] }),
  } as NotificationOptions);
}

const icon = "/icons/icon-192.png";
const badge = "/icons/badge-96.png";

function read(data: PushMessageData | null): Told | undefined {
  try {
    const told = data?.json() as Partial<Told> | undefined;
    return typeof told?.title === "string" && typeof told.order === "string" ? (told as Told) : undefined;
  } catch {
    return undefined;
  }
}

/** Opens the order of a notification: in the open page, or in a new one. */
export async function open(notification: Notification): Promise<void> {
  notification.close();
  const { order, store } = (notification.data ?? {}) as { order?: string; store?: string };
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const ours = pages.find(({ url }) => new URL(url).pathname === "/");
  if (ours === undefined) {
    const query = order === undefined || store === undefined ? "" : `?${new URLSearchParams({ store, order })}`;
    await self.clients.openWindow(`/${query}`);
    return;
  }
  if (order !== undefined) ours.postMessage({ show: { order, store } });
  await ours.focus();
}
