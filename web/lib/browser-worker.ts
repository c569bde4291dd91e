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
