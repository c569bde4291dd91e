/** What a browser does for a page in the background: the service worker. It comes after the first screen. See `browser.ts`. Nothing here throws. */
import { tried } from "./browser.ts";

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): string;
  };
}
const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };

const file = "/sw.js";
/** The Content-Security-Policy allows one policy of this name, and it knows one address. */
const address = (): string =>
  trustedTypes?.createPolicy("service-worker", { createScriptURL: () => file }).createScriptURL(file) ?? file;

let started: Promise<ServiceWorkerRegistration | undefined> | undefined;

/** The service worker, begun or found; undefined where there can be none (plain http, private windows, old browsers). */
export function worker(): Promise<ServiceWorkerRegistration | undefined> {
  started ??= (async () => {
    try {
      await navigator.serviceWorker.register(address());
      return await navigator.serviceWorker.ready;
    } catch {
      return undefined;
    }
  })();
  return started;
}

/** Calls `listener` with what the service worker says to this page. Returns what ends that. */
export function onWorkerMessage(listener: (data: unknown) => void): () => void {
  const hear = ({ data }: MessageEvent): void => listener(data);
  tried(() => navigator.serviceWorker.addEventListener("message", hear), undefined);
  return () => tried(() => navigator.serviceWorker.removeEventListener("message", hear), undefined);
}

/**
 * Whether this browser can tell of something while nobody looks, and whether its person lets us. `install`: on an iPhone or iPad, once the site is on
 * the Home Screen and opened from there.
 */
export type Telling = "never" | "install" | "denied" | "default" | "granted";

/** What can be had now. */
export function telling(): Telling {
  // Only Apple's phones and tablets tell whether they run a site from the Home Screen; there is no push before that.
  const home = tried(() => (navigator as { standalone?: unknown }).standalone, undefined);
  return tried<Telling>(
    () =>
      "serviceWorker" in navigator && "PushManager" in globalThis && isSecureContext
        ? Notification.permission
        : home === false
          ? "install"
          : "never",
    "never",
  );
}

/** Asks the person, once they have touched something that says so. */
export async function askToTell(): Promise<Telling> {
  try {
    return await Notification.requestPermission();
  } catch {
    return telling();
  }
}

/** What the browser's push service is to be sent for it, and the key that it was made with. */
export interface Subscribed {
  endpoint: string;
  keys: { p256dh: string; auth: string };
  key: string;
}

/** The subscription that there is. */
export async function subscribed(): Promise<Subscribed | undefined> {
  try {
    return told(await (await worker())?.pushManager.getSubscription());
  } catch {
    return undefined;
  }
}

/** Subscribes with this key, in the place of a subscription with another one; undefined where the browser's push service does not let it. */
export async function subscribeWith(key: string): Promise<Subscribed | undefined> {
  const found = await subscribed();
  if (found?.key === key) return found;
  await endSubscription();
  try {
    const manager = (await worker())?.pushManager;
    return told(await manager?.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  } catch {
    return undefined;
  }
}

/** Ends the subscription that there is, in this browser alone; the server is told by whoever calls. */
export async function endSubscription(): Promise<void> {
  try {
    await (await (await worker())?.pushManager.getSubscription())?.unsubscribe();
  } catch {
    // There is none then, or the push service will find out by itself.
  }
}

/** Takes what was told of an order, or of all, out of sight, once it is of no use any more. */
export async function takeDown(tag?: string): Promise<void> {
  try {
    for (const each of (await (await worker())?.getNotifications(tag === undefined ? {} : { tag })) ?? []) each.close();
  } catch {
    // It stays until somebody wipes it away.
  }
}

function told(subscription: PushSubscription | null | undefined): Subscribed | undefined {
  const { endpoint, keys } = subscription?.toJSON() ?? {};
  const { p256dh, auth } = keys ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return undefined;
  return { endpoint, keys: { p256dh, auth }, key: base64url(subscription?.options.applicationServerKey) };
}

function base64url(bytes: ArrayBuffer | null | undefined): string {
  const text = String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
