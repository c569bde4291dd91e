/**
 * The site's service worker, a separate file at `/sw.js`: it opens the customer's app without a network, and shows a notification for a ready order
 * while the app is not visible. It caches only files of the site: no responses of the API, no tokens.
 */
import { open, show } from "./notify.ts";
import { answer, putInPlace, tidyUp } from "./shell.ts";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", (event) => {
  // The worker has no state, and pages find their files in the cache of their own version: there is no reason to wait.
  void self.skipWaiting();
  event.waitUntil(putInPlace());
});
self.addEventListener("activate", (event) => event.waitUntil(tidyUp().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const found = answer(event.request);
  if (found !== undefined) event.respondWith(found);
});
self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => event.waitUntil(open(event.notification)));
