/** Browser functions for the service worker and notifications. They are loaded after the first screen. See `browser.ts`. Nothing here throws. */
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
/** The Content-Security-Policy allows one Trusted Types policy of this name, and that policy allows one address. */
const address = (): string =>
  trustedTypes?.createPolicy("service-worker", { createScriptURL: () => file }).createScriptURL(file) ?? file;

let started: Promise<ServiceWorkerRegistration | undefined> | undefined;

/** The service worker, registered or found; undefined if it is not available (plain http, private windows, old browsers). */
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

/** Calls `listener` with each message of the service worker to this page. Returns a function that ends it. */
export function onWorkerMessage(listener: (data: unknown) => void): () => void {
  const hear = ({ data }: MessageEvent): void => listener(data);
  tried(() => navigator.serviceWorker.addEventListener("message", hear), undefined);
  return () => tried(() => navigator.serviceWorker.removeEventListener("message", hear), undefined);
}

/**
 * Whether this browser can show notifications while the page is not open, and whether the user allows them. `install`: on an iPhone or iPad, once the
 * site is on the Home Screen and opened from there.
 */
export type Telling = "never" | "install" | "denied" | "default" | "granted";

/** The current state. */
export function telling(): Telling {
  // Only iPhones and iPads report whether a site runs from the Home Screen; they have no push before that.
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

/** Asks for permission. Call it from a user gesture on something that says so. */
export async function askToTell(): Promise<Telling> {
  try {
    return await Notification.requestPermission();
  } catch {
    return telling();
  }
}

/** What a server needs to send a push to this browser, and the key that the subscription was made with. */
export interface Subscribed {
  endpoint: string;
  keys: { p256dh: string; auth: string };
  key: string;
}

/** The current subscription. */
export async function subscribed(): Promise<Subscribed | undefined> {
  try {
    return told(await (await worker())?.pushManager.getSubscription());
  } catch {
    return undefined;
  }
}

/** Subscribes with this key and replaces a subscription with another one; undefined if the browser's push service refuses. */
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

/** Ends the current subscription in this browser only; the caller informs the server. */
export async function endSubscription(): Promise<void> {
  try {
    await (await (await worker())?.pushManager.getSubscription())?.unsubscribe();
  } catch {
    // There is no subscription, or the push service will notice by itself.
  }
}

/** Closes the notifications of one order, or all of them, once they are of no use any more. */
export async function takeDown(tag?: string): Promise<void> {
  try {
    for (const each of (await (await worker())?.getNotifications(tag === undefined ? {} : { tag })) ?? []) each.close();
  } catch {
    // They stay until the user dismisses them.
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
